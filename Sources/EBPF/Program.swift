// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
public import BPFObject
import BTF
import CLinux
import Glibc

/// A program that the kernel has verified. Several values may mean one program; it is closed when the last of them goes.
public struct Program: Sendable {
    /// The name of its function, of which the kernel keeps the first 15 bytes.
    public let name: String
    /// What kind of program it is.
    public let type: ProgramType
    /// What it was loaded to be attached to, for kinds that leave a choice; `nil` for programs of many functions of the kernel (`kprobe.multi`) where the
    /// kernel has no links to these.
    public let attachType: AttachType?
    /// Where its section's name says that it attaches; `nil` where a part of that is missing, or where programs of its kind are only run.
    public let hook: Hook?
    let descriptor: SharedDescriptor
    /// How it is told of the arguments of probes (USDT); `nil` where its object does not want to know.
    var descriptions: USDTDescriptions?

    /// Loads a program whose references are connected already.
    ///
    /// The first try asks for no log, which costs the verifier time; a refused program is loaded again to hear why.
    ///
    /// - Parameter hook: where its section's name says that it attaches.
    static func load(
        _ image: ProgramImage, _ definition: ProgramDefinition, _ assembly: ProgramAssembly, hook: Hook?
    ) throws(EBPFError) -> Program {
        let operation = operation(loading: definition)
        let number = image.load(log: nil).status
        guard number < 0 else {
            return Program(
                name: definition.name, type: definition.type, attachType: definition.attachType, hook: hook,
                descriptor: SharedDescriptor(Descriptor(number)))
        }
        let log = KernelLog.read { image.load(log: $0, level: $1) }
        throw EBPFError(
            loading: operation, type: definition.type, attachType: definition.attachType, instructionCount: assembly.instructions.count,
            errno: -number,
            log: VerifierLog(log.bytes, truncation: log.truncation, of: assembly))
    }

    static func operation(loading definition: ProgramDefinition) -> String { "load program '\(definition.name)' (\(definition.type))" }
}
