# zlib's own configure asks the compiler how to make shared libraries; its tests run in place.
./configure
make
make test
program minigzipsh minigzip 'make minigzipsh CC="$CC"'
cp -L libz.so.1 "$OUT/lib/"
