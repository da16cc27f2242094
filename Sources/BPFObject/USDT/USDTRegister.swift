// SPDX-License-Identifier: Apache-2.0

public import ELF

/// A register of a machine, as the kernel hands it to programs of probes: by its place in `struct pt_regs` (arm64: `struct user_pt_regs`).
public struct USDTRegister: Sendable, Hashable {
    /// The name of the whole register, also where a part of it was named: `rax` for `al`.
    public let name: String
    /// Where it begins in the structure, in bytes. That of `ah` is one behind that of `rax`.
    public let contextOffset: Int

    /// The register that an assembler's name stands for, or a part of it; `nil` for those that the kernel does not hand over, such as vector registers.
    ///
    /// - Parameter name: without the percent sign of x86-64.
    public init?(_ name: String, of machine: ELFFile.Machine) {
        switch machine {
        case .x86_64: self.init(x86_64: name)
        case .arm64: self.init(arm64: name)
        default: return nil
        }
    }

    private init(_ name: String, word: Int, byte: Int = 0) {
        self.name = name
        contextOffset = word * 8 + byte
    }

    /// `struct pt_regs` of `arch/x86/include/uapi/asm/ptrace.h`.
    private static let x86Words = [
        "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi", "orig_rax", "rip", "cs", "eflags",
        "rsp",
    ]

    private init?(x86_64 name: String) {
        if let word = Self.x86Words.firstIndex(of: name), name.hasPrefix("r") {
            self.init(name, word: word)
            return
        }
        let (whole, byte) = Self.whole(of: name)
        guard let whole, let word = Self.x86Words.firstIndex(of: whole) else { return nil }
        self.init(whole, word: word, byte: byte)
    }

    /// The register of which a name means a part, and at which byte that begins.
    private static func whole(of name: String) -> (name: String?, byte: Int) {
        switch name {
        case "al", "bl", "cl", "dl": return ("r\(name.prefix(1))x", 0)
        case "ah", "bh", "ch", "dh": return ("r\(name.prefix(1))x", 1)
        case "ax", "bx", "cx", "dx", "si", "di", "bp", "sp": return ("r\(name)", 0)
        case "sil", "dil", "bpl", "spl": return ("r\(name.prefix(2))", 0)
        case "eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp", "eip": return ("r\(name.dropFirst())", 0)
        case _ where name.hasPrefix("r") && (name.hasSuffix("d") || name.hasSuffix("w") || name.hasSuffix("b")):
            // r8d, r8w, r8b
            let whole = String(name.dropLast())
            return (whole.dropFirst().allSatisfy(\.isNumber) ? whole : nil, 0)
        default: return (nil, 0)
        }
    }

    /// `struct user_pt_regs` of `arch/arm64/include/uapi/asm/ptrace.h`: x0 to x30, and the stack pointer.
    private init?(arm64 name: String) {
        switch name {
        case "sp", "wsp": self.init("sp", word: 31)
        case "fp": self.init("x29", word: 29)
        case "lr": self.init("x30", word: 30)
        default:
            guard name.first == "x" || name.first == "w", name.utf8.count <= 3, let word = Int(name.dropFirst()), (0...30).contains(word),
                String(word) == name.dropFirst()
            else { return nil }
            self.init("x\(word)", word: word)
        }
    }
}
