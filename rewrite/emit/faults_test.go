package emit

import (
	"errors"
	"io/fs"
	"slices"
)

var errFault = errors.New("disk on fire")

// errCrash is the panic that stands for the end of the process.
var errCrash = errors.New("crash")

// A fault is what happens at one operation.
type fault struct {
	at      int   // the number of the operation, from 1
	err     error // nil: the process ends
	late    bool  // after the operation was carried out
	short   bool  // of a write, after half of it
	lasting bool  // and at all operations that follow and need room or may be forbidden
}

// faulty is the disk with faults. It does not wait until anything is durable.
type faulty struct {
	disk
	faults []fault
	dead   bool
	log    []string // the operations so far
	// before, if set, is called before each operation.
	before func(op, path string)
}

func (f *faulty) ops() int { return len(f.log) }

// do carries out an operation unless it is to fail.
func (f *faulty) do(op, path string, act func() error) error {
	return f.doPart(op, path, act, act)
}

// doPart is do for an operation that half may do a part of.
func (f *faulty) doPart(op, path string, act, half func() error) error {
	if f.dead { // what is deferred does not run in a process that was killed
		panic(errCrash)
	}
	f.log = append(f.log, op)
	if f.before != nil {
		f.before(op, path)
	}
	i := slices.IndexFunc(f.faults, func(x fault) bool {
		return x.at == len(f.log) || x.lasting && x.at < len(f.log) && changes(op)
	})
	if i < 0 {
		return act()
	}
	x := f.faults[i]
	switch {
	case x.short && op != "write", x.late && !changes(op) && op != "remove" && op != "rmdir":
		return act()
	}
	switch {
	case x.short:
		_ = half()
	case x.late:
		_ = act()
	}
	if x.err == nil {
		f.dead = true
		panic(errCrash)
	}
	return x.err
}

// unlisted is the disk with a folder that cannot be listed so many times.
type unlisted struct {
	disk
	dir   string
	times int
}

func (u *unlisted) ReadDir(dir string) ([]fs.DirEntry, error) {
	if dir == u.dir && u.times > 0 {
		u.times--
		return nil, errFault
	}
	return u.disk.ReadDir(dir)
}

// A bent disk does something else at an operation when instead says so.
type bent struct {
	faulty
	instead func(op, from, to string) (err error, bent bool)
}

func (b *bent) do(op, from, to string, act func() error) error {
	if err, bent := b.instead(op, from, to); bent {
		return err
	}
	return act()
}

func (b *bent) Real(p string) (string, error) {
	if err, bent := b.instead("real", p, ""); bent {
		return "", err
	}
	return b.faulty.Real(p)
}

func (b *bent) Lstat(p string) (fs.FileInfo, error) {
	if err, bent := b.instead("lstat", p, ""); bent {
		return nil, err
	}
	return b.faulty.Lstat(p)
}

func (b *bent) Read(p string) ([]byte, fs.FileInfo, error) {
	if err, bent := b.instead("read", p, ""); bent {
		return nil, nil, err
	}
	return b.faulty.Read(p)
}

func (b *bent) Create(p string, m fs.FileMode) (file, error) {
	if err, bent := b.instead("create", p, ""); bent {
		return nil, err
	}
	return b.faulty.Create(p, m)
}

func (b *bent) MkdirAll(p string, m fs.FileMode) error {
	return b.do("mkdir", p, "", func() error { return b.faulty.MkdirAll(p, m) })
}

func (b *bent) Chown(p string, like fs.FileInfo) error {
	return b.do("chown", p, "", func() error { return b.faulty.Chown(p, like) })
}

func (b *bent) CopyAttributes(from, to string) error {
	return b.do("attributes", from, to, func() error { return b.faulty.CopyAttributes(from, to) })
}

func (b *bent) Rename(from, to string) error {
	return b.do("rename", from, to, func() error { return b.faulty.Rename(from, to) })
}

func (b *bent) Link(from, to string) error {
	return b.do("link", from, to, func() error { return b.faulty.Link(from, to) })
}

// changes reports whether the operation changes something, so that a full or
// read-only disk may forbid it.
func changes(op string) bool {
	return slices.Contains([]string{"mkdir", "create", "write", "sync", "chown", "chmod", "attributes", "rename", "link"}, op)
}

func value[T any](f *faulty, op, path string, act func() (T, error)) (result T, err error) {
	err = f.do(op, path, func() (err error) {
		result, err = act()
		return err
	})
	return result, err
}

func (f *faulty) Real(p string) (string, error) {
	return value(f, "real", p, func() (string, error) { return f.disk.Real(p) })
}

func (f *faulty) Lstat(p string) (fs.FileInfo, error) {
	return value(f, "lstat", p, func() (fs.FileInfo, error) { return f.disk.Lstat(p) })
}

func (f *faulty) Read(p string) (text []byte, info fs.FileInfo, err error) {
	err = f.do("read", p, func() (err error) {
		text, info, err = f.disk.Read(p)
		return err
	})
	return text, info, err
}

func (f *faulty) ReadDir(p string) ([]fs.DirEntry, error) {
	return value(f, "list", p, func() ([]fs.DirEntry, error) { return f.disk.ReadDir(p) })
}

func (f *faulty) MkdirAll(p string, m fs.FileMode) error {
	return f.do("mkdir", p, func() error { return f.disk.MkdirAll(p, m) })
}

func (f *faulty) Chown(p string, like fs.FileInfo) error {
	return f.do("chown", p, func() error { return f.disk.Chown(p, like) })
}

func (f *faulty) Chmod(p string, m fs.FileMode) error {
	return f.do("chmod", p, func() error { return f.disk.Chmod(p, m) })
}

func (f *faulty) CopyAttributes(from, to string) error {
	return f.do("attributes", to, func() error { return f.disk.CopyAttributes(from, to) })
}

func (f *faulty) Rename(from, to string) error {
	return f.do("rename", to, func() error { return f.disk.Rename(from, to) })
}

func (f *faulty) Link(from, to string) error {
	return f.do("link", to, func() error { return f.disk.Link(from, to) })
}

func (f *faulty) Remove(p string) error {
	return f.do("remove", p, func() error { return f.disk.Remove(p) })
}

func (f *faulty) RemoveDir(p string) error {
	return f.do("rmdir", p, func() error { return f.disk.RemoveDir(p) })
}

func (f *faulty) SyncDir(dir string) {
	_ = f.do("sync dir", dir, func() error { return nil })
}

func (f *faulty) Create(p string, m fs.FileMode) (file, error) {
	inner, err := value(f, "create", p, func() (file, error) { return f.disk.Create(p, m) })
	return &faultyFile{inner, f, p}, err
}

type faultyFile struct {
	file
	f    *faulty
	path string
}

func (w *faultyFile) Write(p []byte) (n int, err error) {
	part := func(p []byte) func() error {
		return func() (err error) {
			n, err = w.file.Write(p)
			return err
		}
	}
	err = w.f.doPart("write", w.path, part(p), part(p[:len(p)/2]))
	return n, err
}

func (w *faultyFile) Sync() error {
	return w.f.do("sync", w.path, func() error { return nil })
}

func (w *faultyFile) Close() error {
	// However it ends, the file is closed: a system has so many.
	defer w.file.Close()
	return w.f.do("close", w.path, func() error { return nil })
}

// ends runs work and reports whether the process ended in it.
func ends(work func()) (crashed bool) {
	defer func() {
		p := recover()
		if crashed = p != nil; crashed && p != errCrash {
			panic(p)
		}
	}()
	work()
	return false
}
