package main

import (
	"fmt"
	"os"
	"strings"
)

// mapping is one line of /proc/PID/maps.
type mapping struct {
	start, end uint64
	path       string
}

func (m mapping) holds(address uint64) bool { return m.start <= address && address < m.end }

func mappingAt(pid int, address uint64) (mapping, error) {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return mapping{}, err
	}
	return findMapping(string(maps), address)
}

func findMapping(maps string, address uint64) (mapping, error) {
	for line := range strings.Lines(maps) {
		var m mapping
		var mode, offset, device, inode string
		if _, err := fmt.Sscanf(line, "%x-%x %s %s %s %s", &m.start, &m.end, &mode, &offset, &device, &inode); err != nil {
			return m, fmt.Errorf("maps line %q: %w", line, err)
		}
		if !m.holds(address) {
			continue
		}
		if slash := strings.IndexByte(line, '/'); slash >= 0 {
			m.path = strings.TrimSuffix(line[slash:], "\n")
		}
		return m, nil
	}
	return mapping{}, fmt.Errorf("nothing is mapped at %#x", address)
}
