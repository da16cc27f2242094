// SPDX-License-Identifier: Apache-2.0

import Bytes

/// A place that the author of a program prepared for tracing (USDT): one note of section `.note.stapsdt`.
///
/// A probe that was inlined several times is several notes with the same names. The layout is that of SystemTap's "UserSpaceProbeImplementation":
/// three addresses, then three strings.
public struct USDTProbe: Sendable, Hashable {
    /// The first part of the name, such as `libc`.
    public let provider: String
    /// The second part of the name, such as `memory_sbrk_more`.
    public let name: String
    /// The address of the instruction (a `nop`) that is to be traced; ``ELFFile/fileOffset(ofAddress:)`` gives what uprobes want.
    public let location: UInt64
    /// The address that the note has for section `.stapsdt.base`. Where the section has moved since, as by `prelink`, ``location`` and
    /// ``semaphore`` have been moved along.
    public let base: UInt64
    /// The address of a 16-bit counter that says how many are tracing; the program prepares arguments only if there are any. `nil` for probes
    /// that are always ready.
    public let semaphore: UInt64?
    /// Where the arguments are, as the compiler's assembler operands: `-4@%eax 8@-8(%rbp)`, one `SIZE@OPERAND` each; a negative size is signed.
    public let arguments: String

    /// A probe that no file declares.
    package init(
        provider: String, name: String, location: UInt64 = 0, base: UInt64 = 0, semaphore: UInt64? = nil, arguments: String
    ) {
        self.provider = provider
        self.name = name
        self.location = location
        self.base = base
        self.semaphore = semaphore
        self.arguments = arguments
    }

    /// Decodes the description of a note, whose addresses are moved by `displacement`; `nil` where it ends early.
    init?(_ description: ByteView, order: ByteOrder, baseAddress: UInt64?) {
        guard let location = description.integer(UInt64.self, at: 0, order: order),
            let base = description.integer(UInt64.self, at: 8, order: order),
            let semaphore = description.integer(UInt64.self, at: 16, order: order),
            let provider = description.string(at: 24)
        else { return nil }
        // Lengths are looked up again: a name whose bytes are not UTF-8 has another length as a string.
        let nameStart = 24 + (description.stringLength(at: 24) ?? 0) + 1
        guard let nameLength = description.stringLength(at: nameStart), let name = description.string(at: nameStart) else { return nil }
        let displacement = (baseAddress ?? base) &- base
        self.provider = provider
        self.name = name
        self.location = location &+ displacement
        self.base = base
        self.semaphore = semaphore == 0 ? nil : semaphore &+ displacement
        // Some assemblers leave the last string out where there are no arguments.
        arguments = description.string(at: nameStart + nameLength + 1) ?? ""
    }
}

extension ELFFile {
    /// The places that are prepared for tracing, in the file's order.
    ///
    /// - Throws: ``ELFError`` where the notes cannot be read, or one of a probe ends early.
    public func usdtProbes() throws(ELFError) -> [USDTProbe] {
        let baseAddress = section(named: ".stapsdt.base")?.address
        var probes: [USDTProbe] = []
        for note in try notes() where note.name == "stapsdt" && note.type == 3 {
            guard let probe = USDTProbe(note.description, order: byteOrder, baseAddress: baseAddress) else {
                throw ELFError(.malformed, "the USDT note behind \(probes.count) others ends after \(note.description.count) bytes")
            }
            probes.append(probe)
        }
        return probes
    }
}
