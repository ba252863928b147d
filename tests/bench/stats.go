package main

import (
	"math"
	"slices"
)

// Spread is the interval that holds the true median in 95 of 100 cases.
type Spread struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Measure is a value, with its spread where it was sampled.
type Measure struct {
	Value  float64
	Spread *Spread
}

// exact is a Measure that has no spread.
func exact(v float64) Measure { return Measure{Value: v} }

// estimate gives the median of the samples and its spread, from their ranks alone: nothing is
// assumed about how timings are distributed.
func estimate(samples []float64) Measure {
	sorted := slices.Sorted(slices.Values(samples))
	n := len(sorted)
	reach := 0.98 * math.Sqrt(float64(n)) // half of 1.96 standard deviations of a fair coin
	low := max(0, int(math.Floor(float64(n-1)/2-reach)))
	high := min(n-1, int(math.Ceil(float64(n-1)/2+reach)))
	return Measure{
		Value:  (sorted[(n-1)/2] + sorted[n/2]) / 2,
		Spread: &Spread{Low: sorted[low], High: sorted[high]},
	}
}

// ratios divides pair by pair.
func ratios(values, base []float64) []float64 {
	return pairwise(values, base, func(v, b float64) float64 { return v / b })
}

// differences subtracts pair by pair.
func differences(values, base []float64) []float64 {
	return pairwise(values, base, func(v, b float64) float64 { return v - b })
}

func pairwise(values, base []float64, f func(v, b float64) float64) []float64 {
	out := make([]float64, len(base))
	for i := range base {
		out[i] = f(values[i], base[i])
	}
	return out
}

// scaled gives the measure in another unit.
func (m Measure) scaled(by float64) Measure {
	m.Value *= by
	if m.Spread != nil {
		m.Spread = &Spread{Low: m.Spread.Low * by, High: m.Spread.High * by}
	}
	return m
}
