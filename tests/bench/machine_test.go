package main

import "testing"

func TestValueIsReadFromAKeyedLine(t *testing.T) {
	for _, tt := range []struct{ text, key, separator, want string }{
		{"processor\t: 0\nmodel name\t: A CPU: fast\nmodel name\t: B\n", "model name", ":", "A CPU: fast"},
		{"NAME=x\nPRETTY_NAME=\"Some Linux 12\"\n", "PRETTY_NAME", "=", `"Some Linux 12"`},
		{"musl libc (x86_64)\nVersion 1.2.6\nDynamic Program Loader\n", "Version", " ", "1.2.6"},
		{"nothing here\n", "Version", " ", ""},
	} {
		if got := valueOf(tt.text, tt.key, tt.separator); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.key, got, tt.want)
		}
	}
}

func TestKernelReleaseLosesItsBuildName(t *testing.T) {
	for release, want := range map[string]string{"6.18.44-cloud-amd64\n": "6.18.44", "6.1\n": "6.1", "odd\n": ""} {
		if got := numericVersion.FindString(release); got != want {
			t.Errorf("%q: %q, want %q", release, got, want)
		}
	}
}
