// SPDX-License-Identifier: Apache-2.0

/// How operations are written.
public struct DisassemblyStyle: Sendable, Hashable {
    /// Whether a call of a helper says its name, `call bpf_map_lookup_elem#1`, instead of its number alone.
    public var namesHelpers: Bool

    /// A style of its own.
    public init(namesHelpers: Bool) {
        self.namesHelpers = namesHelpers
    }

    /// Exactly as llvm-objdump of LLVM 21 writes.
    public static let llvm = DisassemblyStyle(namesHelpers: false)
    /// As llvm-objdump, with the names of helpers.
    public static let namingHelpers = DisassemblyStyle(namesHelpers: true)
}

extension Instruction.Operation: CustomStringConvertible {
    /// The operation as llvm-objdump writes it: `r1 += -0x8`.
    public var description: String { text() }

    /// The operation as llvm-objdump writes it.
    ///
    /// - Parameters:
    ///   - style: What is written in another way than llvm-objdump does.
    ///   - target: The name of what it jumps to, calls or loads, which is added in angle brackets.
    public func text(style: DisassemblyStyle = .llvm, target: String? = nil) -> String {
        let suffix = target.map { " <\($0)>" } ?? ""
        return switch self {
        case .arithmetic, .negate, .move, .moveSignExtending, .castAddressSpace, .swapBytes: arithmeticText
        case .load, .loadSignExtending, .store, .loadPacket, .loadPacketIndirect, .loadWide: memoryText + suffix
        case .atomic, .loadAcquire, .storeRelease: atomicText
        case .jump, .jumpLong, .jumpIndirect, .branch, .mayGoto, .exit: jumpText + suffix
        case .call(let callee): callee.text(style: style) + suffix
        }
    }

    private var arithmeticText: String {
        switch self {
        case .arithmetic(let operation, let width, let destination, let operand):
            "\(destination.name(width)) \(operation.symbol) \(operand.text(width))"
        case .move(let width, let destination, let operand):
            "\(destination.name(width)) = \(operand.text(width))"
        case .negate(let width, let register):
            "\(register.name(width)) = -\(register.name(width))"
        case .moveSignExtending(let kind, let destination, let source):
            "\(destination.name(kind.width)) = (s\(kind.sourceBits))\(source.name(kind.width))"
        case .castAddressSpace(let destination, let source, let destinationSpace, let sourceSpace):
            "\(destination) = addr_space_cast(\(source), \(hexadecimal(Int64(destinationSpace))), \(hexadecimal(Int64(sourceSpace))))"
        case .swapBytes(let swap, let width, let register):
            "\(register) = \(swap.mnemonic)\(width.rawValue) \(register)"
        default: ""
        }
    }

    private var memoryText: String {
        switch self {
        case .load(let size, let destination, let address):
            "\(destination.name(size.registerWidth)) = *(\(size.unsignedName) *)\(address.text)"
        case .loadSignExtending(let size, let destination, let address):
            "\(destination) = *(s\(size.memorySize.byteCount * 8) *)\(address.text)"
        case .store(let size, let address, let operand):
            "*(\(size.unsignedName) *)\(address.text) = \(operand.text(size.registerWidth))"
        case .loadPacket(let size, let place):
            "r0 = *(\(size.memorySize.unsignedName) *)skb[\(hexadecimal(Int64(place)))]"
        case .loadPacketIndirect(let size, let register):
            "r0 = *(\(size.memorySize.unsignedName) *)skb[\(register)]"
        case .loadWide(let destination, .constant(let value)):
            "\(destination) = \(hexadecimal(Int64(bitPattern: value))) ll"
        case .loadWide(let destination, let value):
            // LLVM has no other spelling for what the kernel replaces, and leaves the second half out.
            "ld_pseudo\t\(destination), \(hexadecimal(Int64(value.encoded.source))), "
                + hexadecimal(Int64(UInt32(bitPattern: value.encoded.low)))
        default: ""
        }
    }

    private var atomicText: String {
        switch self {
        case .atomic(let update, let width, let address, let register):
            update.text(width, address, register.name(width))
        case .loadAcquire(let size, let destination, let address):
            "\(destination.name(size.registerWidth)) = load_acquire((\(size.unsignedName) *)\(address.text))"
        case .storeRelease(let size, let address, let source):
            "store_release((\(size.unsignedName) *)\(address.text), \(source.name(size.registerWidth)))"
        default: ""
        }
    }

    private var jumpText: String {
        switch self {
        case .jump(let offset): "goto \(distance(offset))"
        case .jumpLong(let offset): "gotol \(distance(offset))"
        case .jumpIndirect(let register): "gotox \(register)"
        case .branch(let condition, let width, let register, let operand, let offset):
            "if \(register.name(width)) \(condition.symbol) \(operand.text(width)) goto \(distance(offset))"
        case .mayGoto(let offset): "may_goto \(distance(offset))"
        case .exit: "exit"
        default: ""
        }
    }

    private func distance(_ offset: some BinaryInteger) -> String {
        (offset < 0 ? "" : "+") + hexadecimal(Int64(offset))
    }
}

extension Callee {
    fileprivate func text(style: DisassemblyStyle) -> String {
        switch self {
        case .helper(let number):
            if style.namesHelpers, let helper = Helper.numbered(number) { return "call bpf_\(helper.name)#\(number)" }
            return "call \(hexadecimal(Int64(number)))"
        case .function(let number), .kernelFunction(let number, _): return "call \(hexadecimal(Int64(number)))"
        case .indirect(let register): return "callx \(register)"
        }
    }
}

extension Operand {
    fileprivate func text(_ width: OperandWidth) -> String {
        switch self {
        case .register(let register): register.name(width)
        case .immediate(let value): hexadecimal(Int64(value))
        }
    }
}

extension Address {
    /// Without the parentheses: `r10 - 0x8`.
    fileprivate var sum: String { "\(base) \(offset < 0 ? "-" : "+") \(hexadecimal(Int64(offset.magnitude)))" }
    fileprivate var text: String { "(\(sum))" }
}

extension MemorySize {
    fileprivate var unsignedName: String { "u\(byteCount * 8)" }
}

extension AtomicUpdate {
    fileprivate func text(_ width: OperandWidth, _ address: Address, _ register: String) -> String {
        let bits = width == .bits64 ? "64" : "32"
        let fetched = "((u\(bits) *)\(address.text), \(register))"
        switch self {
        case .add, .or, .and, .xor: return "lock *(u\(bits) *)\(address.text) \(symbol) \(register)"
        case .fetchAdd: return "\(register) = atomic_fetch_add\(fetched)"
        case .fetchOr: return "\(register) = atomic_fetch_or\(fetched)"
        case .fetchAnd: return "\(register) = atomic_fetch_and\(fetched)"
        case .fetchXor: return "\(register) = atomic_fetch_xor\(fetched)"
        case .exchange:
            return "\(register) = \(width == .bits64 ? "xchg_64" : "xchg32_32")(\(address.sum), \(register))"
        case .compareExchange:
            let result = Register.r0.name(width)
            return "\(result) = \(width == .bits64 ? "cmpxchg_64" : "cmpxchg32_32")(\(address.sum), \(result), \(register))"
        }
    }
}
