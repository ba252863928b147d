make bzip2 CC="$CC" CFLAGS="$CFLAGS -D_FILE_OFFSET_BITS=64"
make test CC="$CC"
rm -f *.o
make -f Makefile-libbz2_so CC="$CC" CFLAGS="$CFLAGS -fPIC -D_FILE_OFFSET_BITS=64"
program bzip2-shared bzip2 'make -f Makefile-libbz2_so CC="$CC"'
cp -L libbz2.so.1.0 "$OUT/lib/"
