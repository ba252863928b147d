package main

import "testing"

func TestMappingIsFoundByAddress(t *testing.T) {
	const maps = `00400000-00401000 r--p 00000000 fe:00 12   /tmp/a folder/app
00401000-00402000 r-xp 00001000 fe:00 12   /tmp/a folder/app
7f0000000000-7f0000001000 rw-p 00000000 00:00 0
7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]
`
	for address, want := range map[uint64]string{
		0x400000:       "/tmp/a folder/app",
		0x401fff:       "/tmp/a folder/app",
		0x7f0000000800: "",
		0x7ffc00000000: "",
	} {
		got, err := findMapping(maps, address)
		if err != nil || got.path != want || !got.holds(address) {
			t.Errorf("%#x: %+v, %v; want %q", address, got, err, want)
		}
	}
	if got, err := findMapping(maps, 0x402000); err == nil {
		t.Errorf("an address that is not mapped gave %+v", got)
	}
}
