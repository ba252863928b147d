package main

import (
	"encoding/json"
	"fmt"
)

// Row is one figure with its value.
type Row struct {
	ID      string   `json:"id"`
	What    string   `json:"what"`
	Unit    Unit     `json:"unit"`
	Value   float64  `json:"value"`
	Spread  *Spread  `json:"spread,omitempty"`
	Limit   *float64 `json:"limit,omitempty"`
	Reached *bool    `json:"reached,omitempty"`
}

// Report is what one run of the bench found.
type Report struct {
	Machine Machine `json:"machine"`
	Rounds  int     `json:"rounds"`
	Calls   int     `json:"compiler_calls"`
	Quick   bool    `json:"quick,omitempty"`
	Rows    []Row   `json:"rows"`
}

// newRows joins the table of figures with what was measured. Every figure needs its value and
// every value its figure.
func newRows(figures []Figure, measured map[string]Measure) ([]Row, error) {
	rows := make([]Row, 0, len(figures))
	for _, f := range figures {
		m, ok := measured[f.ID]
		if !ok {
			return nil, fmt.Errorf("bug in bench: %s was not measured", f.ID)
		}
		row := Row{ID: f.ID, What: f.What, Unit: f.Unit, Value: m.Value, Spread: m.Spread}
		if f.Limit != noLimit {
			reached := m.Value <= f.Limit
			row.Limit, row.Reached = &f.Limit, &reached
		}
		rows = append(rows, row)
	}
	if len(measured) != len(rows) {
		return nil, fmt.Errorf("bug in bench: %d figures in the table, %d measured", len(rows), len(measured))
	}
	return rows, nil
}

func (r Report) json() ([]byte, error) {
	out, err := json.MarshalIndent(r, "", "  ")
	return append(out, '\n'), err
}
