package wrapper

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
	"unsafe"
)

// Main is the driver: it gives the exit status, unless it has become the compiler.
func Main(argv []string, stdout, stderr io.Writer) int {
	status, err := run(argv, stdout, stderr)
	if err == nil {
		return status
	}
	name := "musl-cc"
	if len(argv) > 0 && argv[0] != "" {
		name = filepath.Base(argv[0])
	}
	if user, ok := err.(*Error); ok {
		io.WriteString(stderr, user.Lines(name))
	} else {
		io.WriteString(stderr, name+": error: "+err.Error()+"\n")
	}
	return 1
}

func run(argv []string, stdout, stderr io.Writer) (int, error) {
	if len(argv) == 0 {
		return 1, &Error{"called without a name", ""}
	}
	env, err := HostEnv(argv[0])
	if err != nil {
		return 1, err
	}
	inv, err := Parse(Scan(argv[1:], env.ReadFile))
	if err != nil {
		return 1, err
	}
	tc, err := Detect(env, inv.Target)
	if err != nil {
		return 1, err
	}
	plan, err := NewPlan(inv, tc, env.TmpDir)
	if err != nil {
		return 1, err
	}
	return plan.Run(env, stdout, stderr)
}

// Run does what the plan says. A plan of one step becomes the compiler, so that signals, status
// and output are its own.
func (p *Plan) Run(env *Env, stdout, stderr io.Writer) (int, error) {
	if p.Print != "" {
		_, err := io.WriteString(stdout, p.Print)
		return 0, err
	}
	for _, w := range p.Warnings {
		io.WriteString(stderr, env.Name+": warning: "+w+"\n")
	}
	if p.Show {
		io.WriteString(stderr, p.String())
		p = &Plan{Sysroot: p.Sysroot, Steps: only(p.Steps)}
	}
	steps := p.Steps
	if len(steps) == 1 && steps[0].Ask == "" {
		return 1, become(steps[0], env.childVars())
	}
	return p.children(env, steps, stdout)
}

// only keeps the call that the user asked for.
func only(steps []Step) []Step {
	for _, s := range steps {
		if s.Main {
			return []Step{s}
		}
	}
	return nil
}

func become(s Step, vars []string) error {
	err := syscall.Exec(s.Path, s.Argv, vars)
	hint := "look at the file, or name another compiler in " + DriverVar
	if err == syscall.E2BIG {
		hint = "put arguments into a file and pass @file"
	}
	return &Error{"cannot run " + s.Path + ": " + err.Error(), hint}
}

// children runs the steps one after the other and removes the temporary files behind them.
func (p *Plan) children(env *Env, steps []Step, stdout io.Writer) (int, error) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	status, sig, err := p.inOrder(env, steps, signals, stdout)
	if sig != 0 {
		dieOf(sig)
		status = 128 + int(sig)
	}
	return status, err
}

// dieOf ends us with the signal that ended the compiler, without a core of our own. Go's runtime
// keeps its handlers for SIGSEGV and its like, so the default action is set by the system call.
func dieOf(sig syscall.Signal) {
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	signal.Reset(sig)
	var defaults struct {
		handler, flags, restorer uintptr
		mask                     [2]uint64
	}
	_, _, _ = syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&defaults)), 0, 8, 0, 0)
	_ = syscall.Kill(syscall.Getpid(), sig)
	time.Sleep(time.Second) // the signal may reach another thread a moment later
}

func (p *Plan) inOrder(env *Env, steps []Step, signals chan os.Signal, stdout io.Writer) (int, syscall.Signal, error) {
	if p.TmpDir != "" {
		if err := p.write(); err != nil {
			return 1, 0, &Error{"cannot write a temporary file: " + err.Error(), "set TMPDIR to a folder that can be written"}
		}
		defer os.RemoveAll(p.TmpDir)
	}
	for _, s := range steps {
		if s.DropInterp != "" {
			if err := dropInterpreter(s.DropInterp); err != nil {
				return 1, 0, err
			}
			continue
		}
		var answer bytes.Buffer
		out := stdout
		if s.Ask != "" {
			out = &answer
		}
		status, sig, err := child(s, env.childVars(), signals, out)
		if s.Ask != "" && err == nil {
			_, err = io.WriteString(stdout, ownFile(answer.String(), s.Ask, p.Sysroot))
		}
		if err != nil || status != 0 || sig != 0 {
			return status, sig, err
		}
	}
	return 0, 0, nil
}

func (p *Plan) write() error {
	if err := os.Mkdir(p.TmpDir, 0o700); err != nil {
		return err
	}
	for _, f := range p.Files {
		if err := os.WriteFile(f.Path, []byte(f.Text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// child runs one step, hands signals on, and gives its status or the signal that ended it.
func child(s Step, vars []string, signals chan os.Signal, stdout io.Writer) (int, syscall.Signal, error) {
	cmd := exec.Cmd{Path: s.Path, Args: s.Argv, Env: vars, Stdin: os.Stdin, Stdout: stdout, Stderr: os.Stderr}
	if err := cmd.Start(); err != nil {
		return 1, 0, &Error{"cannot run " + s.Path + ": " + err.Error(), "look at the file, or name another compiler in " + DriverVar}
	}
	done := make(chan struct{})
	go func() {
		for {
			select {
			case sig := <-signals:
				cmd.Process.Signal(sig)
			case <-done:
				return
			}
		}
	}()
	cmd.Wait()
	close(done)
	ws := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ws.Signaled() {
		return 1, ws.Signal(), nil
	}
	return ws.ExitStatus(), 0, nil
}
