// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

/// What the first passes over a kernel half learn, and the later ones make the object of.
struct KernelHalfPlan: Sendable {
    /// A function that the kernel calls.
    struct Program: Sendable {
        var name: String
        var section: String
        var position: SourcePosition
        /// Where the section stands.
        var attribute = SourcePosition(file: "", line: 1)
        /// What it takes besides its context, of what it is attached to.
        var arguments: [Argument] = []
        /// What it takes the record of its tracepoint for.
        var record: KernelHalfTypes.ID?
        /// Whether it answers nothing in its source; the kernel gets 0 then.
        var answersNothing = false
    }

    /// What a program takes.
    struct Argument: Sendable {
        var name: String
        var type: KernelHalfTypes.ID?
    }

    /// A global that becomes a map definition.
    struct MapGlobal: Sendable {
        var name: String
        var entries: MapEntries
        var position: SourcePosition
    }

    /// What the keys and values of a map are.
    struct MapEntries: Sendable {
        var key = MapPart.none
        var value = MapPart.none
        /// What a buffer of records holds.
        var record: KernelHalfTypes.ID?
        /// Those of the maps that are its values.
        var inner: [MapEntries] = []
        /// Whether the values are programs.
        var arePrograms = false
        /// Whether a number of 64 bits follows the declaration.
        var hasExtra = false
    }

    /// A global that user space may read or set.
    struct VariableGlobal: Sendable {
        var name: String
        var type: KernelHalfTypes.ID
        /// Whether it lies in `.rodata`.
        var isConstant: Bool
        /// Whether it lies in the arena.
        var isInArena = false
        var position: SourcePosition
    }

    /// A global that becomes a set of functions which the kernel calls.
    struct OperationsGlobal: Sendable {
        var name: String
        /// The structure, with the members that are values.
        var members: KernelHalfTypes.ID
        var position: SourcePosition
    }

    /// What a call stands for that CO-RE answers.
    enum Marker: Sendable {
        case address(KernelHalfTypes.ID, field: KernelHalfTypes.ID?)
        case field(KernelHalfTypes.ID, field: KernelHalfTypes.ID?)
        case type(KernelHalfTypes.ID)
        case enumerator(KernelHalfTypes.ID)
    }

    /// A function of the kernel that the sources declare.
    struct DeclaredFunction: Sendable {
        var name: String
        var parameters: [Argument]
        var hasAnswer: Bool
        /// `nil` where debug information does not tell.
        var result: KernelHalfTypes.ID?
        var position: SourcePosition
    }

    var programs: [Program] = []
    var maps: [MapGlobal] = []
    var variables: [VariableGlobal] = []
    var operations: [OperationsGlobal] = []
    /// What never changes and has no place in the object, by the names that LLVM has for it: what it is called, and where.
    var constants: [String: (name: String, position: SourcePosition)] = [:]
    /// By the name that the call has.
    var markers: [String: Marker] = [:]
    /// What the kernel calls for helpers, by the names of the subprograms.
    var callbacks: [String: CallbackHelper] = [:]
    /// The functions of the kernel that are called by name.
    var kernelFunctions: Set<String> = []
    /// Those among them that the sources declare, not the library.
    var declaredFunctions: [DeclaredFunction] = []
    /// The functions that set the first values of globals.
    var initializers: Set<String> = []
    var types = KernelHalfTypes()
    /// Where functions begin, by name: for messages.
    var positions: [String: SourcePosition] = [:]
    /// What functions are called in the sources, by their names: for messages.
    var names: [String: String] = [:]
    /// What is no mistake here, and will be one elsewhere.
    var warnings: [String] = []
    /// The sources, in their order.
    var sources: [KernelHalfSource] = []
}

extension KernelHalfPlan {
    /// Forgets what the records of buffers are whose programs ask for room of any size.
    mutating func forgetRecords(ofAnySizeIn module: IRModule) {
        for function in module.functions {
            for line in function.body where line.contains("inttoptr (i64 ") {
                guard let call = HelperCall(IRText.trimmed(IRText.splitMetadata(line[...]).code)), call.helper?.name == "ringbuf_reserve_dynptr",
                    let buffer = call.arguments.first.map({ IRName.globals(in: String($0)) })?.first
                else { continue }
                for index in maps.indices where maps[index].name == buffer { maps[index].entries.record = nil }
            }
        }
    }

    /// The structures of which fields are found by name in the kernel that runs.
    var structuresOfTheKernel: Set<KernelHalfTypes.ID> {
        Set(
            markers.values.compactMap { marker in
                switch marker {
                case .address(let type, _), .field(let type, _): type
                case .type, .enumerator: nil
                }
            })
    }

    /// What a function is called in the sources.
    func name(of function: String) -> String { names[function] ?? function }
}

/// A place in a source.
struct SourcePosition: Sendable, Hashable {
    var file: String
    var line: Int
    var column = 0

    /// As compilers write it, which editors and SwiftPM read.
    func message(_ text: String, _ severity: String = "error") -> String { "\(file):\(line):\(max(1, column)): \(severity): \(text)" }
}

/// A source of a kernel half.
struct KernelHalfSource: Sendable {
    /// The absolute path.
    var path: String
    var text: String

    /// The path without its directories.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}
