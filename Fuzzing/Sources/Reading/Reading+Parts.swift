// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
public import Bytes
import ELF

extension Reading {
    /// What became of a file that should be an eBPF object.
    public enum Outcome: Sendable, Hashable {
        /// The file as a whole, or the types or records in it, are refused.
        case refused
        /// All of its parts can be read, but they make no object that can be loaded from this machine.
        case parts
        /// It is an object, and its parts are as they should be.
        case whole
    }

    /// Reads a file with all of its parts, each by itself, and as an object.
    ///
    /// - Parameter writes: whether all is also printed and written again in every way, which takes several times as long.
    public static func file(_ bytes: ByteView, writes: Bool) -> Outcome {
        var isRead = true
        func attempt<Failure: Error & CustomStringConvertible>(_ read: () throws(Failure) -> Void) {
            if ask(read) == nil { isRead = false }
        }
        attempt { () throws(ELFError) in try elf(bytes, writes: writes) }
        if let file = ask({ () throws(ELFError) in try ELFFile(bytes) }) {
            attempt { () throws(BTFError) in try typesAndRecords(of: file, writes: writes) }
            for section in file.sections where section.flags.contains(.executable) {
                ask { () throws(AssemblyError) in try instructions(section.bytes, order: file.byteOrder) }
            }
        }
        if writes { ask { () throws(LinkError) in try link(bytes) } }
        let isObject = ask { () throws(ObjectError) in try object(bytes) } != nil
        return !isRead ? .refused : isObject ? .whole : .parts
    }

    private static func typesAndRecords(of file: ELFFile, writes: Bool) throws(BTFError) {
        guard let section = file.section(named: ".BTF") else { return }
        let types = try BTF(section.bytes)
        if writes { try btf(section.bytes) } else { readTypes(of: types) }
        if let records = file.section(named: ".BTF.ext") { try btfExtension(records.bytes, beside: types, writes: writes) }
    }
}
