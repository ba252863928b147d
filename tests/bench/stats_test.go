package main

import (
	"reflect"
	"testing"
)

func TestEstimateIsMedianAndRankInterval(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[(i*37)%100] = float64(i + 1) // 1 to 100 in no order
	}
	for _, tt := range []struct {
		name    string
		samples []float64
		want    Measure
	}{
		{"one", []float64{3}, Measure{3, &Spread{3, 3}}},
		{"odd", []float64{9, 1, 5}, Measure{5, &Spread{1, 9}}},
		{"even", []float64{4, 1, 2, 3}, Measure{2.5, &Spread{1, 4}}},
		{"hundred", hundred, Measure{50.5, &Spread{40, 61}}}, // the ranks in a table of the sign test
	} {
		if got := estimate(tt.samples); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v %v, want %v %v", tt.name, got.Value, got.Spread, tt.want.Value, tt.want.Spread)
		}
	}
}

func TestEstimateLeavesTheSamplesInOrder(t *testing.T) {
	samples := []float64{3, 1, 2}
	estimate(samples)
	if !reflect.DeepEqual(samples, []float64{3, 1, 2}) {
		t.Errorf("samples are now %v", samples)
	}
}

func TestPairsStayTogether(t *testing.T) {
	base, other := []float64{1, 10, 100}, []float64{2, 10, 50}
	if got := ratios(other, base); !reflect.DeepEqual(got, []float64{2, 1, 0.5}) {
		t.Errorf("ratios %v", got)
	}
	if got := differences(other, base); !reflect.DeepEqual(got, []float64{1, 0, -50}) {
		t.Errorf("differences %v", got)
	}
}

func TestScalingReachesTheSpread(t *testing.T) {
	got := Measure{3e6, &Spread{2e6, 4e6}}.scaled(1e-6)
	if got.Value != 3 || *got.Spread != (Spread{2, 4}) {
		t.Errorf("%v %v", got.Value, got.Spread)
	}
}
