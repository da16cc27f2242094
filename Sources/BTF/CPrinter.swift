// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Prints types as C that a compiler for eBPF lays out as the kernel's own did: a `vmlinux.h`.
///
/// Definitions stand in the order in which C needs them; what is only pointed to is declared. Where C would put a member
/// elsewhere or make a type smaller, padding, `packed` and `aligned` say so. Every structure has `preserve_access_index`, so that
/// what is read through it is relocated (CO-RE).
///
/// It prints in pieces, so that the text of a whole kernel never stands in memory:
///
///     var printer = CPrinter(types)
///     var text: [UInt8] = []
///     while try printer.append(to: &text) { write(text); text.removeAll(keepingCapacity: true) }
public struct CPrinter {
    let btf: BTF
    /// The types to print: all, or those that were asked for.
    private let roots: [TypeID]?
    private var stage = Stage.beginning
    private var position = 0
    private var functionTags: [TypeID] = []

    /// What was done to each type, by its number.
    var states: [State]
    /// What each struct and union looks like in C, by its number; made when it is first needed.
    var layouts: [CLayout?]
    /// The names that are taken: of structs, unions and enums, and of all else.
    var tags: NameCounts
    var identifiers: NameCounts
    /// The types whose name was taken when they came, and which number they got.
    var numbers: [TypeID: Int] = [:]
    var output = TextBuffer()
    /// What is still to be printed before anything else is asked for, and how far it has come.
    var pending: [Definition] = []
    var nextPending = 0
    var progress = Progress()
    /// The sizes and alignments of arrays that are elements of arrays.
    var arraySizes: [TypeID: UInt32] = [:]
    var arrayAlignments: [TypeID: UInt32] = [:]
    /// The links of the declarations that are being printed, see ``printDeclaration(of:name:number:indent:depth:)``.
    var links: [Link] = []
    var budget: PrintingBudget

    /// How far a definition has come.
    struct State: OptionSet {
        let rawValue: UInt8
        /// Its name was decided, see ``CPrinter/numbers``.
        static let named = State(rawValue: 1)
        static let declared = State(rawValue: 2)
        static let begun = State(rawValue: 4)
        static let defined = State(rawValue: 8)
        /// All that its use behind a pointer needs is printed, or all that its use as a whole does.
        static let isReady = State(rawValue: 16)
        static let isReadyAsWhole = State(rawValue: 32)
    }

    private enum Stage {
        case beginning, types, constants, functions, end, done
    }

    static let maximumDepth = 200
    static let pieceSize = 64 * 1024

    /// Begins to print all types.
    public init(_ btf: BTF) {
        self.init(btf, roots: nil)
    }

    /// Begins to print only types of these names, and what they need: definitions of what they contain, declarations of what they
    /// point to.
    ///
    /// - Throws: ``BTFError`` with ``BTFError/Code/noSuchType`` for a name that no type has.
    public init(_ btf: BTF, only names: [String]) throws(BTFError) {
        let kinds: Set<BTFKind> = [.structure, .union, .enumeration, .enumeration64, .alias, .forward]
        var roots: [TypeID] = []
        for name in names {
            let found = btf.types(named: name, kinds: kinds)
            guard !found.isEmpty else { throw .noType(named: name, in: btf, kinds: kinds) }
            roots += found
        }
        self.init(btf, roots: roots)
    }

    private init(_ btf: BTF, roots: [TypeID]?) {
        self.btf = btf
        self.roots = roots
        budget = PrintingBudget(for: btf)
        // Of the kernel's types every eighth or so is a struct with a name; its constants are about as many.
        let names = roots == nil ? btf.count / 4 : 0
        tags = NameCounts(expecting: names)
        identifiers = NameCounts(expecting: names)
        states = Array(repeating: [], count: btf.count)
        layouts = Array(repeating: nil, count: btf.count)
    }

    /// Appends the next piece, some 64 KiB or the rest, which may end in the middle of a type.
    ///
    /// - Returns: whether there was anything left to print.
    /// - Throws: ``BTFError`` where a type cannot be printed: it contains itself, nests too deeply, or refers to nothing; or where what is asked
    ///   for is a text without end. Then nothing more is printed.
    public mutating func append(to bytes: inout [UInt8]) throws(BTFError) -> Bool {
        guard stage != .done else { return false }
        defer {
            budget.take(bytes: output.count)
            output.drain(into: &bytes)
        }
        do {
            try printPiece()
        } catch {
            stage = .done
            throw error
        }
        return true
    }

    private mutating func printPiece() throws(BTFError) {
        while output.count < Self.pieceSize, stage != .done {
            guard nextPending == pending.count else {
                try printPending()
                continue
            }
            switch stage {
            case .beginning:
                put(Self.head)
                advance(to: .types)
            case .types: try requireNextType()
            case .constants: try requireConstants()
            case .functions: try requireNextFunction()
            case .end:
                put(Self.tail)
                advance(to: .done)
            case .done: break
            }
        }
    }

    /// The name under which a type was printed: its own, or one with a number where that was taken.
    ///
    /// - Throws: ``BTFError`` with ``BTFError/Code/noSuchType``.
    public func printedName(of id: TypeID) throws(BTFError) -> String {
        let name = try btf.name(of: id)
        return numbers[id].map { "\(name)___\($0)" } ?? name
    }

    private mutating func advance(to next: Stage) {
        stage = next
        position = 0
    }

    private mutating func requireNextType() throws(BTFError) {
        if let roots {
            guard position < roots.count else { return advance(to: .end) }
            try require(roots[position], isComplete: true)
        } else {
            guard position + 1 < btf.count else { return advance(to: .constants) }
            try requireAtTopLevel(TypeID(UInt32(position + 1)))
        }
        position += 1
    }

    /// Decides to print a type if it is one that stands by itself; what has no name is printed where it is used.
    private mutating func requireAtTopLevel(_ id: TypeID) throws(BTFError) {
        let header = try btf.header(of: id)
        switch header.kind {
        case .structure, .union, .alias:
            if header.nameOffset != 0 { try require(id, isComplete: true) }
        case .enumeration, .enumeration64:
            if header.nameOffset != 0 { try require(id, isComplete: true) }
        default: break
        }
    }

    /// Enumerations without a name that no printed type is made of: they are there for their constants.
    private mutating func requireConstants() throws(BTFError) {
        for id in btf.types(ofKinds: [.enumeration, .enumeration64]) where try btf.header(of: id).nameOffset == 0 { define(enumeration: id) }
        advance(to: .functions)
    }

    /// Functions of the kernel that programs may call are marked by a tag.
    private mutating func requireNextFunction() throws(BTFError) {
        if position == 0 {
            put(Self.functionsHead)
            functionTags = btf.types(ofKinds: [.declarationTag])
        }
        guard position < functionTags.count else {
            put(Self.functionsTail)
            return advance(to: .end)
        }
        let tag = try btf.header(of: functionTags[position])
        position += 1
        guard tag.nameIs(Self.functionTag, in: btf), !tag.flag else { return }
        let function = try btf.header(of: TypeID(tag.sizeOrType))
        guard function.kind == .function else { return }
        try require(TypeID(function.sizeOrType), isComplete: false)
        pending.append(Definition(form: .function, type: TypeID(tag.sizeOrType)))
    }

    private static let functionTag = Array("bpf_kfunc".utf8)

    private static let head: StaticString = """
        #ifndef __VMLINUX_H__
        #define __VMLINUX_H__

        #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
        #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
        #endif


        """

    private static let functionsHead: StaticString = """
        #ifndef BPF_NO_KFUNC_PROTOTYPES
        #ifndef __ksym
        #define __ksym __attribute__((section(".ksyms")))
        #endif
        #ifndef __weak
        #define __weak __attribute__((weak))
        #endif


        """

    private static let functionsTail: StaticString = """

        #endif


        """

    private static let tail: StaticString = """
        #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
        #pragma clang attribute pop
        #endif

        #endif /* __VMLINUX_H__ */

        """
}

extension BTF.Header {
    func nameIs(_ text: [UInt8], in btf: BTF) -> Bool {
        let place = btf.place(ofString: nameOffset)
        return place.strings.holdsString(text, at: place.offset)
    }
}

extension CPrinter {
    @inline(__always)
    mutating func put(_ text: StaticString) {
        output.append(text)
    }

    @inline(__always)
    mutating func put(byte: UInt8) {
        output.append(byte)
    }

    mutating func put(indent: Int) {
        for _ in 0..<indent { output.append(UInt8(ascii: "\t")) }
    }

    mutating func put(string offset: UInt32) {
        let start = output.count
        btf.append(string: offset, to: &output)
        budget.charge(bytes: output.count - start)
    }

    /// A name that C must take for one: those that are its keywords get an underscore. Other languages have fields that are called so.
    mutating func put(identifier offset: UInt32) {
        let start = output.count
        put(string: offset)
        if Keywords.contain(output, from: start) { put("_") }
    }

    mutating func put(number: UInt64) {
        if number < 10 { return put(byte: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number)) }
        put(number: number / 10)
        put(byte: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    /// Counts a step.
    @inline(__always)
    mutating func spend(depth: Int) throws(BTFError) {
        try budget.spend(holding: output.count)
        guard depth < Self.maximumDepth else { throw BTFError(.malformed, "types nest too deeply, or in a circle, to be printed") }
    }
}
