// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import EBPF
import ELF

/// Where types come from: the running kernel, a file of BTF, or the section of an ELF file.
enum TypesFile {
    /// Reads the types of a file, or of the running kernel where none is named.
    static func read(_ path: String?) throws -> BTF {
        guard let path else { return try KernelTypes.running() }
        let bytes = try FileContents.read(path)
        do {
            // A module's types in /sys/kernel/btf stand on the kernel's.
            if path.hasPrefix("/sys/kernel/btf/"), path != "/sys/kernel/btf/vmlinux" {
                return try BTF(bytes, base: KernelTypes.running())
            }
            guard bytes[0] == 0x7F else { return try BTF(bytes) }
            guard let section = try ELFFile(bytes).section(named: ".BTF") else {
                throw Failure("\(path) has no section .BTF; was it compiled with -g?")
            }
            return try BTF(section.bytes)
        } catch let error as Failure {
            throw error
        } catch {
            throw Failure("cannot read the types of \(path): \(error)")
        }
    }
}

/// A failure that is one line to its user.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
