// Package elfimg reads and writes the tables of an ELF file, of both classes and both byte orders.
//
// Parse checks everything once and gives an Image whose tables may be changed; Encode gives the file
// that results. Only the tables are held in memory: a file of any size costs what its tables cost.
// The structures are debug/elf's 64-bit ones; a 32-bit file's are widened, and narrowed again with a check.
package elfimg
