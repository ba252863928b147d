// Package patcher makes an existing dynamic executable find its loader by a path relative to itself,
// and puts it back byte for byte. It only decides: a file's bytes go in, a plan that can be printed
// comes out, and the plan's Output says which ranges of the input and which new bytes make the result.
// Whoever calls writes it.
package patcher
