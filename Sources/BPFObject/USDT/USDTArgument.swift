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
    }

    /// An argument.
    public init(byteCount: Int, isSigned: Bool = false, isFloatingPoint: Bool = false, _ place: Place) {
        self.byteCount = byteCount
        self.isSigned = isSigned
        self.isFloatingPoint = isFloatingPoint
        self.place = place
    }

    /// The argument with the variable's place expressed by that of the probe, which is in the register of the next instruction.
    ///
    /// - Parameters:
    ///   - location: the address of the probe in its file.
    ///   - machine: the machine of the file.
    ///   - address: answers the address of a variable in the file.
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/noSuchName`` where there is no such variable.
    public func located(
        from location: UInt64, of machine: ELFFile.Machine, _ address: (String) -> UInt64?
    ) throws(ObjectError) -> USDTArgument {
        guard case .symbol(let name, let displacement) = place else { return self }
        guard let target = address(name), let base = USDTRegister("rip", of: machine) else {
            throw ObjectError(.noSuchName, "the argument is in the variable '\(name)', which the file's symbols do not have")
        }
        let distance = Int64(bitPattern: target &- location) &+ displacement
        return USDTArgument(byteCount: byteCount, isSigned: isSigned, isFloatingPoint: isFloatingPoint, .memory(base: base, displacement: distance))
    }
}

extension USDTProbe {
    /// Where the arguments are, in their order.
    ///
    /// Operands are those that compilers write for x86-64 (`-4@$7`, `8@%rax`, `-4@-20(%rbp)`, `1@8(%rbp,%rax,4)`, `4@count+4(%rip)`) and for arm64
    /// (`4@7`, `-8@x4`, `4@[sp]`, `8@[sp, 60]`, `8@[x1, x2, lsl 3]`). Sizes are 1, 2, 4 and 8, with a minus sign for signed integers, and with an `f`
    /// for floating-point numbers.
    ///
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/unsupported`` that names the operand of another form, and where there are more than
    ///   ``USDTArgument/limit``.
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
                throw ObjectError(
                    .unsupported,
                    "argument \(found.count) of the probe '\(provider):\(name)' has a form that is not known: '\(scanner.excerpt(from: start))'")
            }
            found.append(argument)
            scanner.skipSpaces()
        }
        return found
    }
}
