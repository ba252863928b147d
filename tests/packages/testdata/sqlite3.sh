# The build runs programs that it made (lemon, mkkeywordhash), in place. The shell is linked with
# the shared library, which not every version's makefile can do.
CFLAGS=-O0 ./configure --disable-readline --disable-tcl --disable-static
if [ -d autosetup ]; then
	make libsqlite3.so shell.c
	cp libsqlite3.so "$OUT/lib/"
else
	make libsqlite3.la shell.c
	cp .libs/libsqlite3.so "$OUT/lib/"
fi
soname=$(readelf -d "$OUT/lib/libsqlite3.so" | sed -n 's/.*soname: \[\(.*\)\]/\1/p')
[ -z "$soname" ] || [ "$soname" = libsqlite3.so ] || mv "$OUT/lib/libsqlite3.so" "$OUT/lib/$soname"
link='$CC $CFLAGS -I. -o sqlite3 shell.c "$OUT/lib/${soname:-libsqlite3.so}"'
eval "$link"
test "$(LD_LIBRARY_PATH=$OUT/lib ./sqlite3 :memory: 'select 6 * 7')" = 42
program sqlite3 sqlite3 "$link"
$CC -shared -fPIC $CFLAGS -I. -Isrc -o "$OUT/lib/rot13.so" ext/misc/rot13.c
