// Package atomicfile writes a file whole or not at all. What is written has no name until it is whole
// (O_TMPFILE, open(2)), so nothing of it remains when the process is killed; then it gets a hidden name in the
// same folder (linkat(2)) and takes its place in one step (rename(2)). Where the file system has no nameless files it
// has the hidden name from the start. That is removed on every failure, and by the next run after a kill.
//
// Nothing here waits for the disk on ext4 with its defaults, a journal and auto_da_alloc (ext2 and ext3
// have the same magic number): there a file that takes another's place by a rename has its data
// on the disk before the rename is (ext4(5), auto_da_alloc). Elsewhere a replacement is flushed
// first (fdatasync(2)). A file that takes nobody's place is not flushed: nothing can be lost.
package atomicfile
