// Package patchcmd is the command `relinterp-patch`, which is `relinterp patch` as well: arguments become
// a checked request, a request and a file become a plan of package patcher, and one place writes it.
//
//	argv -New-> *request -files-> []target -do-> result, in parallel -report-> text or JSON, exit status
package patchcmd
