make linux CC="$CC" MYCFLAGS="$CFLAGS"
test "$(src/lua -e 'print(6 * 7)')" = 42
program src/lua lua 'make -C src lua CC="$CC" MYLIBS=-Wl,-E'
$CC -shared -fPIC $CFLAGS -Isrc -o "$OUT/lib/answer.so" "$TESTDATA/answer.c"
