./configure
make
test "$(src/dash -c 'echo $((6 * 7))')" = 42
program src/dash dash 'make -C src dash CC="$CC"'
cp "$TESTDATA/dash-run.sh" "$OUT/"
