# The distribution's tarball lacks the manual: the program and its extensions alone.
./configure --disable-nls --without-readline --without-mpfr
make -C support
make gawk
make -C extension
test "$(./gawk 'BEGIN { print 6 * 7 }')" = 42
program gawk gawk 'make gawk CC="$CC"'
for plugin in filefuncs fork ordchr; do cp "extension/.libs/$plugin.so" "$OUT/lib/"; done
