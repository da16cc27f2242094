// SPDX-License-Identifier: Apache-2.0

public import BTF
import Bytes
import CLinux
import Glibc

/// The types of the kernel that runs.
public enum KernelTypes {
    static let path = "/sys/kernel/btf/vmlinux"

    /// Reads the types of the running kernel, Linux 5.4 or newer built with `CONFIG_DEBUG_INFO_BTF`.
    ///
    /// They are mapped where the kernel allows it (Linux 6.16), and copied elsewhere; either way they are given back when the last user
    /// of the answer goes.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noKernelTypes`` where the kernel has none.
    public static func running() throws(EBPFError) -> BTF {
        let operation = "read the kernel's types"
        let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            guard Glibc.errno == ENOENT else { throw EBPFError(system: Glibc.errno, operation + " (\(path))") }
            let isMounted = access("/sys/kernel", F_OK) == 0
            throw EBPFError(
                .noKernelTypes, operation, cause: "there is no \(path)",
                remedy: isMounted
                    ? "boot a kernel that is built with CONFIG_DEBUG_INFO_BTF=y, as those of the distributions are"
                    : "mount sysfs: mount -t sysfs sysfs /sys")
        }
        let file = Descriptor(number)
        var information = stat()
        guard fstat(file.number, &information) == 0 else { throw EBPFError(system: Glibc.errno, operation) }
        let size = Int(information.st_size)
        guard let bytes = map(file, size) ?? copy(file, size) else { throw EBPFError(system: Glibc.errno, operation) }
        do {
            return try BTF(bytes)
        } catch {
            throw EBPFError(.noKernelTypes, operation, cause: error.description)
        }
    }

    private static func map(_ file: borrowing Descriptor, _ size: Int) -> ByteView? {
        guard size > 0, let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.number, 0), start != MAP_FAILED else { return nil }
        return ByteView(adopting: UnsafeRawBufferPointer(start: start, count: size)) { memory in
            munmap(UnsafeMutableRawPointer(mutating: memory.baseAddress), memory.count)
        }
    }

    private static func copy(_ file: borrowing Descriptor, _ size: Int) -> ByteView? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, 1), alignment: 8)
        var length = 0
        while length < size {
            let count = read(file.number, buffer.baseAddress.map { $0 + length }, size - length)
            if count < 0, Glibc.errno == EINTR { continue }
            guard count >= 0 else {
                buffer.deallocate()
                return nil
            }
            if count == 0 { break }
            length += count
        }
        return ByteView(adopting: UnsafeRawBufferPointer(start: buffer.baseAddress, count: length)) { $0.deallocate() }
    }
}
