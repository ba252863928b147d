package main

import (
	"bufio"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
)

// Machine says where the figures come from.
type Machine struct {
	CPU      string `json:"cpu"`
	CPUs     int    `json:"cpus"`
	System   string `json:"system"`
	Kernel   string `json:"kernel"`
	Compiler string `json:"compiler"`
	Musl     string `json:"musl"`
}

// describeMachine leaves a field empty that the system does not tell.
func describeMachine(t *Toolchain, loader string) Machine {
	cpuinfo := readText("/proc/cpuinfo")
	cpu := valueOf(cpuinfo, "model name", ":")
	if cpu == "" {
		cpu = t.Arch.Name
	}
	if strings.Contains(cpuinfo, " hypervisor") {
		cpu += ", virtual machine"
	}
	return Machine{
		CPU:      cpu,
		CPUs:     runtime.NumCPU(),
		System:   strings.Trim(valueOf(readText("/etc/os-release"), "PRETTY_NAME", "="), `"`),
		Kernel:   "Linux " + numericVersion.FindString(readText("/proc/sys/kernel/osrelease")),
		Compiler: firstLine(output(t.CC, "--version")),
		Musl:     valueOf(output(loader), "Version", " "), // prints it and fails for want of a program
	}
}

// numericVersion is the part of a kernel's release that names no distribution or build.
var numericVersion = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*`)

// valueOf gives what follows the separator on the first line that begins with key.
func valueOf(text, key, separator string) string {
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		name, value, found := strings.Cut(lines.Text(), separator)
		if found && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func readText(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}

func output(name string, args ...string) string {
	out, _ := exec.Command(name, args...).CombinedOutput()
	return string(out)
}
