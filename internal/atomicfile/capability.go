package atomicfile

import (
	"encoding/binary"
	"slices"
	"strings"
)

// capabilityNames are those of linux/capability.h, in the order of their numbers.
var capabilityNames = strings.Fields(`chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap
	linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot
	sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write
	audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore`)

// capabilities words the attribute security.capability (struct vfs_cap_data, linux/capability.h,
// versions 2 and 3) as setcap(8) takes it: "cap_net_raw=ep".
func capabilities(value []byte) (string, bool) {
	if len(value) < 20 {
		return "", false
	}
	word := func(i int) uint64 { return uint64(binary.LittleEndian.Uint32(value[i:])) }
	if version := word(0) >> 24; version != 2 && version != 3 {
		return "", false
	}
	permitted, inheritable := word(4)|word(12)<<32, word(8)|word(16)<<32
	effective := word(0)&1 != 0
	sets := map[string][]string{}
	for i, name := range capabilityNames {
		flags := ""
		if inheritable>>i&1 != 0 {
			flags += "i"
		}
		if permitted>>i&1 != 0 {
			flags += "p"
		}
		if flags == "" {
			continue
		}
		if effective {
			flags = "e" + flags
		}
		sets[flags] = append(sets[flags], "cap_"+name)
	}
	var words []string
	for flags, names := range sets {
		words = append(words, strings.Join(names, ",")+"="+flags)
	}
	slices.Sort(words)
	return strings.Join(words, " "), len(words) > 0
}
