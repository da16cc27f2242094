// SPDX-License-Identifier: Apache-2.0

public import ELF

/// One frame of a stack, with what could be found out about it.
///
///     do_sys_openat2+0x52
///     nf_hook_slow+0x11 [nf_tables]
///     malloc+0x1a (libc.so.6)
///     [unknown] 0x7f5a12345678 (libfoo.so+0x1678)
public struct StackFrame: Sendable, Hashable, CustomStringConvertible {
    /// What an address lies in.
    public enum Place: Sendable, Hashable {
        /// The kernel: a module by its name, `bpf` for programs; `nil` for the kernel's own code.
        case kernel(module: String?)
        /// A program or library, by its path as its process sees it, and how many bytes behind the beginning of the file.
        case file(path: String, offset: UInt64)
        /// A file that is known by its build id alone, and how many bytes behind its beginning.
        case buildID(BuildID, offset: UInt64)
        /// Memory without a file, by what the kernel calls it, such as `[vdso]`; without a name for what a compiler made at run time.
        case memory(name: String)
        /// Nothing that is known.
        case unknown
    }

    /// The address as the stack has it; `nil` where the stack has a build id instead.
    public let address: UInt64?
    /// What it lies in.
    public let place: Place
    /// The function's name as linkers know it; `nil` where none is known.
    public let symbol: String?
    /// The function's name as people write it: names of Swift, C++ and Rust are demangled; `nil` where none is known.
    public let function: String?
    /// How many bytes behind the function's beginning; 0 where none is known.
    public let symbolOffset: UInt64

    // Names are demangled by those who find them: what a description reaches is a part of every program, since conformances are.

    /// A frame, for readers of stacks of other kinds.
    ///
    /// - Parameter function: the name as people write it, such as ``SymbolName/demangled(_:)`` gives; where it is left out, the symbol.
    public init(address: UInt64?, place: Place, symbol: String? = nil, function: String? = nil, symbolOffset: UInt64 = 0) {
        self.address = address
        self.place = place
        self.symbol = symbol
        self.function = function ?? symbol
        self.symbolOffset = symbolOffset
    }

    /// The frame as a line: the function and the place in it, then what it belongs to. Characters that steer terminals, which a process may have put
    /// into its names, are replaced by question marks.
    public var description: String {
        let head: String
        if let function {
            head = "\(function)+0x\(Self.hexadecimal(symbolOffset))"
        } else {
            head = "[unknown]" + (address.map { " 0x\(Self.hexadecimal($0))" } ?? "")
        }
        return Self.printable(head + tail)
    }

    private var tail: String {
        switch place {
        case .kernel(let module): module.map { " [\($0)]" } ?? ""
        case .file(let path, let offset): " (\(Self.base(path))\(symbol == nil ? "+0x\(Self.hexadecimal(offset))" : ""))"
        case .buildID(let identity, let offset): symbol == nil ? " \(identity)+0x\(Self.hexadecimal(offset))" : " (\(identity))"
        case .memory(let name): name.isEmpty ? "" : name.hasPrefix("[") ? " \(name)" : " (\(Self.base(name)))"
        case .unknown: ""
        }
    }

    private static func base(_ path: String) -> Substring { path.split(separator: "/").last ?? path[...] }

    private static func hexadecimal(_ number: UInt64) -> String { String(number, radix: 16) }

    private static func printable(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }) else { return text }
        // C0, DEL and C1, which begin the sequences that terminals obey.
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : $0 }))
    }
}

extension KernelSymbols {
    /// The frame of one address of a kernel stack.
    ///
    /// - Parameter isReturnAddress: whether the address is one behind a call, as in all frames but the first: the call is what counts, which may be
    ///   the last instruction of its function.
    public func frame(at address: UInt64, isReturnAddress: Bool = false) -> StackFrame {
        let back: UInt64 = isReturnAddress && address > 0 ? 1 : 0
        guard let function = function(at: address - back) else { return StackFrame(address: address, place: .kernel(module: nil)) }
        return StackFrame(
            address: address, place: .kernel(module: function.module), symbol: function.name, symbolOffset: function.offset + back)
    }

    /// The frames of a stack of the kernel, the innermost first, as `bpf_get_stack` and maps of stacks (`BPF_MAP_TYPE_STACK_TRACE`) have them.
    /// Ends at the first zero, which fills what a stack does not need.
    public func frames(of stack: some Sequence<UInt64>) -> [StackFrame] {
        stack.prefix { $0 != 0 }.enumerated().map { frame(at: $0.element, isReturnAddress: $0.offset > 0) }
    }
}
