# The build runs programs that it made (lemon, mkkeywordhash), in place. The shell is linked with
# the shared library, which not every version's makefile can do. Not every version's library has a
# soname: it goes by the name that the link recorded.
CFLAGS=-O0 ./configure --disable-readline --disable-tcl --disable-static
if [ -d autosetup ]; then
	make libsqlite3.so shell.c
	libs=.
else
	make libsqlite3.la shell.c
	libs=.libs
fi
link='$CC $CFLAGS -I. -o sqlite3 shell.c -L$libs -lsqlite3'
eval "$link"
test "$(LD_LIBRARY_PATH=$libs ./sqlite3 :memory: 'select 6 * 7')" = 42
program sqlite3 sqlite3 "$link"
name=$(readelf -d sqlite3 | sed -n 's/.*\[\(libsqlite3[^]]*\)\]/\1/p')
cp -L "$libs/libsqlite3.so" "$OUT/lib/$name"
$CC -shared -fPIC $CFLAGS -I. -Isrc -o "$OUT/lib/rot13.so" ext/misc/rot13.c
