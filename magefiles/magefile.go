//go:build mage

// A program that finds its loader beside itself: `go tool mage demo` shows it, `go tool mage test` proves it.
package main

import (
	// mage:import
	_ "relinterp/magefiles/targets"
)
