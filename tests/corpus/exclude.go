package main

import "path/filepath"

// dangerous are programs that are not run, by name, with the reason. The others are run as nobody,
// without a network, with everything mounted read-only.
var dangerous = map[string]string{
	"halt":      "stops the machine",
	"init":      "is the first process of the machine",
	"kexec":     "starts another kernel",
	"poweroff":  "stops the machine",
	"reboot":    "stops the machine",
	"runlevel":  "talks to the first process of the machine",
	"shutdown":  "stops the machine",
	"telinit":   "talks to the first process of the machine",
	"sulogin":   "waits for somebody at the console",
	"systemd":   "is the first process of the machine",
	"systemctl": "talks to the first process of the machine",
}

// refused gives the reason why a program is not run, or "".
func (p Program) tooDangerous() string {
	if why := dangerous[filepath.Base(p.Path)]; why != "" {
		return "dangerous: " + why
	}
	return ""
}
