package main

import (
	"fmt"
	"math"
	"strconv"
)

// format writes a measured value in its unit.
func (u Unit) format(v float64) string {
	switch u {
	case Ratio:
		return fmt.Sprintf("%.3f", v)
	case Milli:
		return fmt.Sprintf("%.2f ms", v)
	}
	return decimal(v)
}

// limit is format for a target, which is written as people say it.
func (u Unit) limit(v float64) string {
	if u == Milli {
		return decimal(v) + " ms"
	}
	return decimal(v)
}

// cells gives a row's value, spread, target and whether it is reached.
func (r Row) cells() (value, spread, target, reached string) {
	value = r.Unit.format(r.Value)
	if r.Spread != nil {
		spread = r.Unit.format(r.Spread.Low) + " to " + r.Unit.format(r.Spread.High)
	}
	if r.Limit != nil {
		target, reached = "at most "+r.Unit.limit(*r.Limit), "no"
	}
	if r.Reached != nil && *r.Reached {
		reached = "yes"
	}
	return value, spread, target, reached
}

// decimal writes a number with as many digits as it has, whole ones in groups of three.
func decimal(v float64) string {
	if v == math.Trunc(v) {
		return groupThousands(int(v))
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func groupThousands(n int) string {
	if n < 0 {
		return "-" + groupThousands(-n)
	}
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", groupThousands(n/1000), n%1000)
}
