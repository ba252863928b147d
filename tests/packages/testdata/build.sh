# Builds one package inside its unpacked source: build.sh NAME. CC is the compiler with plain
# -relinterp, so that ./configure and the package's own tests run in place.
set -eux
umask 022
mkdir -p "$OUT/bin" "$OUT/lib" "$OUT/ordinary"

# program FILE NAME COMMAND: link once more, as it is shipped and as an ordinary musl program.
program() {
	(CC="$CC=portable" && rm "$1" && eval "$3")
	cp "$1" "$OUT/bin/$2"
	(CC="${CC%% *}" && rm "$1" && eval "$3")
	cp "$1" "$OUT/ordinary/$2"
}

. "$TESTDATA/$1.sh"
