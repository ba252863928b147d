package wrapper

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAFileOfTheHostIsNoAnswer(t *testing.T) {
	for _, c := range []struct{ name, gcc, want string }{
		{"libc.so", "/d/m/lib/libc.so", "/d/m/lib/libc.so"},
		{"libz.so", "/usr/lib/gcc/t/12/../../../t/libz.so", "libz.so"},
		{"libc.so.6", "/usr/lib/libc.so.6", "libc.so.6"},
		{"libgcc.a", "/usr/lib/gcc/t/12/libgcc.a", "/usr/lib/gcc/t/12/libgcc.a"},
		{"libstdc++.so", "/usr/lib/gcc/t/12/libstdc++.so", "libstdc++.so"},
		{"include", "/usr/lib/gcc/t/12/include", "/usr/lib/gcc/t/12/include"},
		{"nosuch", "nosuch", "nosuch"},
	} {
		assert.Equal(t, c.want+"\n", ownFile(c.gcc+"\n", c.name, "/d/m"), c.name)
	}
}
