// SPDX-License-Identifier: Apache-2.0

public import ELF

/// Where an argument of a probe that a program declares (USDT) is found when the probe is reached.
public struct USDTArgument: Sendable, Hashable {
    /// The most arguments that a probe may have (`BPF_USDT_MAX_ARG_CNT` of libbpf's `usdt.bpf.h`).
    public static let limit = 12

    /// The size in bytes: 1, 2, 4 or 8.
    public let byteCount: Int
    /// Whether its sign is extended to 64 bits.
    public let isSigned: Bool
    /// Whether it is a floating-point number, of which programs see the bits.
    public let isFloatingPoint: Bool
    /// Where it is.
    public let place: Place

    /// Where an argument is.
    public enum Place: Sendable, Hashable {
        /// Nowhere: it is always the same.
        case constant(Int64)
        /// In a register.
        case register(USDTRegister)
        /// In the program's memory, at a distance in bytes from where a register points.
        case memory(base: USDTRegister, displacement: Int64)
        /// In the program's memory, at `base + (index << shift) + displacement`.
        case indexed(base: USDTRegister, index: USDTRegister, shift: UInt8, displacement: Int64)
        /// In the program's memory, at a distance in bytes from a variable; see ``USDTArgument/located(from:of:_:)``.
        case symbol(String, displacement: Int64)
        /// In the program's memory, at `(index << shift) + displacement` from a variable.
        case indexedSymbol(String, index: USDTRegister, shift: UInt8, displacement: Int64)
        /// In the program's memory, at an address that is the same whenever it runs, or `index << shift` behind it.
        case address(Int64, index: USDTRegister?, shift: UInt8)
    }

    /// An argument.
    public init(byteCount: Int, isSigned: Bool = false, isFloatingPoint: Bool = false, _ place: Place) {
        self.byteCount = byteCount
        self.isSigned = isSigned
        self.isFloatingPoint = isFloatingPoint
        self.place = place
    }

    /// The argument with the place of a variable, or an address, expressed by that of the probe, which is in the register of the next instruction.
    ///
    /// - Parameters:
    ///   - location: the address of the probe in its file.
    ///   - machine: the machine of the file.
    ///   - isFixed: whether the file's addresses are those that it has when it runs, as those of programs are that are not loaded anywhere.
    ///   - address: answers the address of a variable in the file.
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/noSuchName`` where there is no such variable, and with ``ObjectError/Code/unsupported`` where the
    ///   file is loaded anywhere, and addresses in it are not known.
    public func located(
        from location: UInt64, of machine: ELFFile.Machine, isFixed: Bool = false, _ address: (String) -> UInt64?
    ) throws(ObjectError) -> USDTArgument {
        let target: UInt64, displacement: Int64, index: (register: USDTRegister, shift: UInt8)?
        switch place {
        case .constant, .register, .memory, .indexed: return self
        case .symbol(let name, let distance):
            (target, displacement, index) = (try Self.find(name, address), distance, nil)
        case .indexedSymbol(let name, let register, let shift, let distance):
            (target, displacement, index) = (try Self.find(name, address), distance, (register, shift))
        case .address(let number, let register, let shift):
            guard isFixed else {
                throw ObjectError(
                    .unsupported,
                    "the argument is at an address (0x\(String(UInt64(bitPattern: number), radix: 16))), and the file is loaded at another each time")
            }
            (target, displacement, index) = (UInt64(bitPattern: number), 0, register.map { ($0, shift) })
        }
        guard let base = USDTRegister("rip", of: machine) else {
            throw ObjectError(
                .unsupported, "the argument is found by its distance from the probe, which needs a register that \(machine) does not have")
        }
        let distance = Int64(bitPattern: target &- location) &+ displacement
        let found: Place =
            index.map { .indexed(base: base, index: $0.register, shift: $0.shift, displacement: distance) }
            ?? .memory(base: base, displacement: distance)
        return USDTArgument(byteCount: byteCount, isSigned: isSigned, isFloatingPoint: isFloatingPoint, found)
    }

    private static func find(_ name: String, _ address: (String) -> UInt64?) throws(ObjectError) -> UInt64 {
        guard let target = address(name) else {
            throw ObjectError(.noSuchName, "the argument is in the variable '\(name)', which the file's symbols do not have")
        }
        return target
    }
}

extension USDTProbe {
    /// Where the arguments are, in their order.
    ///
    /// Operands are those that compilers write for x86-64 (`-4@$7`, `8@%rax`, `-4@-20(%rbp)`, `1@8(%rbp,%rax,4)`, `4@count+4(%rip)`, and in programs that are
    /// not loaded anywhere `4@count`, `8@table(,%rax,8)`, `4@0x404010`) and for arm64 (`4@7`, `-8@x4`, `4@[sp]`, `8@[sp, 60]`, `8@[x1, x2, lsl 3]`). Sizes
    /// are 1, 2, 4 and 8, with a minus sign for signed integers, and with an `f` for floating-point numbers.
    ///
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/unsupported`` that names the operand of another form and, where that is one which compilers write,
    ///   why programs cannot be told of it; and where there are more than ``USDTArgument/limit``.
    public func parsedArguments(for machine: ELFFile.Machine) throws(ObjectError) -> [USDTArgument] {
        var scanner = USDTScanner(arguments)
        var found: [USDTArgument] = []
        scanner.skipSpaces()
        // Some tools write a colon where there are no arguments.
        if scanner.peek == UInt8(ascii: ":") { return [] }
        while !scanner.isAtEnd {
            guard found.count < USDTArgument.limit else {
                throw ObjectError(
                    .unsupported, "the probe '\(provider):\(name)' has more than \(USDTArgument.limit) arguments, of which programs can be told")
            }
            let start = scanner.position
            guard let argument = scanner.argument(for: machine), scanner.isAtEnd || scanner.peek == UInt8(ascii: " ") else {
                let why = scanner.refusal.map { " (\($0.rawValue))" } ?? ""
                throw ObjectError(
                    .unsupported,
                    "argument \(found.count) of the probe '\(provider):\(name)' has a form that is not \(why.isEmpty ? "known" : "supported"): "
                        + "'\(scanner.excerpt(from: start))'\(why)")
            }
            found.append(argument)
            scanner.skipSpaces()
        }
        return found
    }
}
