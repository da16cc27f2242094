// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// What is looked at to explain why something could not be pinned, or what is pinned not be opened.
struct PinCircumstances: Sendable, Hashable {
    /// Whether the directory is there, and on which kind of file system (`f_type` of statfs(2)).
    var directory: UInt64?
    /// Whether the kernel knows the BPF file system.
    var kernelHasFileSystem = true
    /// Whether the path is taken.
    var isTaken = false

    /// `BPF_FS_MAGIC` of `include/uapi/linux/magic.h`
    static let magic: UInt64 = 0xCAFE_4A11

    static func look(at path: String) -> PinCircumstances {
        var seen = PinCircumstances()
        var kind: UInt64 = 0
        if linux_file_system_kind(directory(of: path), &kind) == 0 { seen.directory = kind }
        seen.kernelHasFileSystem = SmallFile.read("/proc/filesystems").map { $0.contains("\tbpf\n") } ?? true
        seen.isTaken = access(path, F_OK) == 0
        return seen
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension Failure {
    /// Why something could not be pinned at a path (BPF_OBJ_PIN): `bpf_obj_do_pin` and `bpf_lookup` of `kernel/bpf/inode.c`.
    ///
    /// EPERM says there that the file system is another, or that the name has a dot; `nil` where it has to be another reason.
    static func ofPinning(at path: String, errno: Int32, _ seen: PinCircumstances) -> Failure? {
        let directory = PinCircumstances.directory(of: path)
        let name = path.dropFirst(path.lastIndex(of: "/").map { path.distance(from: path.startIndex, to: $0) + 1 } ?? 0)
        switch errno {
        case ENOENT where seen.directory.map { $0 != PinCircumstances.magic } ?? false:
            return notOnBPFFileSystem(directory)
        case EEXIST:
            return Failure(
                .invalid, "something is pinned at \(path) already", "open what is pinned there, remove it first (unlink), or choose another path")
        case ENOENT, ENOTDIR:
            return Failure(.invalid, "there is no directory \(directory)", "make it: mkdir -p \(directory)")
        case EPERM, EINVAL, EACCES, ENODEV:
            if !seen.kernelHasFileSystem {
                return Failure(.unsupported, "this kernel has no BPF file system", "use a kernel that is built with CONFIG_BPF_SYSCALL")
            }
            if let kind = seen.directory, kind != PinCircumstances.magic { return notOnBPFFileSystem(directory) }
            if errno == EPERM, name.contains(".") {
                return Failure(.invalid, "the name '\(name)' has a dot, which the BPF file system does not allow", "choose a name without dots")
            }
            if errno == EACCES {
                return Failure(
                    .permission, "this user may not write to \(directory)", "run as the directory's owner, or let this user in: chown or chmod it")
            }
            return nil
        case ENAMETOOLONG: return Failure(.invalid, "the path is too long: a name has at most 255 bytes")
        default: return Failure(.system, text(of: errno))
        }
    }

    private static func notOnBPFFileSystem(_ directory: String) -> Failure {
        Failure(
            .invalid, "\(directory) is not on a BPF file system, where alone something can be pinned",
            "mount one: mount -t bpf bpf /sys/fs/bpf, or choose a directory that is on one")
    }

    /// Why what is pinned at a path could not be opened (BPF_OBJ_GET).
    static func ofOpening(pinAt path: String, errno: Int32, _ seen: PinCircumstances) -> Failure? {
        switch errno {
        case ENOENT, ENOTDIR:
            return Failure(.invalid, "nothing is pinned at \(path)", "pin it first; pins do not outlive a reboot or the mount that they are in")
        case EACCES, EPERM:
            if let kind = seen.directory, kind != PinCircumstances.magic {
                return Failure(.invalid, "\(path) is not on a BPF file system, so nothing is pinned there", "mount one: mount -t bpf bpf /sys/fs/bpf")
            }
            guard errno == EACCES else { return nil }
            return Failure(
                .permission, "this user may not open \(path) for reading and writing, or it is a directory or another kind of object",
                "run as its owner, or let this user in: chown or chmod it; check what is pinned there: bpftool map, bpftool prog")
        default: return Failure(.system, text(of: errno))
        }
    }
}

extension EBPFError {
    /// Something that could not be pinned; `operation` says what: `pin map 'counts' at PATH`.
    init(pinning path: String, errno: Int32, _ operation: String) {
        if let failure = Failure.ofPinning(at: path, errno: errno, .look(at: path)) {
            self.init(failure, operation, errno: errno)
        } else {
            self.init(system: errno, operation, attempting: .other([.bpf]))
        }
    }

    /// Something pinned that could not be opened.
    init(openingPin path: String, errno: Int32, _ operation: String) {
        if let failure = Failure.ofOpening(pinAt: path, errno: errno, .look(at: path)) {
            self.init(failure, operation, errno: errno)
        } else {
            self.init(system: errno, operation, attempting: .other([.bpf]))
        }
    }
}
