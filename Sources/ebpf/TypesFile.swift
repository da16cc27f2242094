// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import EBPF
import ELF

/// Where types come from: the running kernel, a file of BTF, or the section of an ELF file.
enum TypesFile {
    /// Reads the types of a file, or of the running kernel where none is named.
    ///
    /// - Parameter base: the file of the types that these stand on; for what says itself that it is a module's, the running kernel's where it is
    ///   left out.
    static func read(_ path: String?, base: String? = nil) throws -> BTF {
        guard let path else { return try KernelTypes.running() }
        let bytes = try FileContents.read(path)
        let base = try base.map { try read($0) }
        do {
            guard bytes[0] == 0x7F else {
                // A module's types in /sys/kernel/btf stand on the kernel's.
                let isModule = path.hasPrefix("/sys/kernel/btf/") && path != "/sys/kernel/btf/vmlinux"
                return try BTF(bytes, base: base ?? (isModule ? KernelTypes.running() : nil))
            }
            let file = try ELFFile(bytes)
            guard let section = file.section(named: ".BTF") else { throw Failure("\(path) has no section .BTF; was it compiled with -g?") }
            guard let distilled = file.section(named: ".BTF.base"), distilled.size > 0 else { return try BTF(section.bytes, base: base) }
            let types = try BTF(section.bytes, base: BTF(distilled.bytes))
            return try types.relocated(onto: base ?? KernelTypes.running()).btf
        } catch let error as Failure {
            throw error
        } catch let error as BTFError where error.code == .needsBase {
            throw Failure("cannot read the types of \(path): this is split BTF; name its base with --base")
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
