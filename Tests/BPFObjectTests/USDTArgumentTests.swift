// SPDX-License-Identifier: Apache-2.0

@testable import BPFObject
import BTF
import ELF
import Testing

/// Arguments of probes, as compilers write them.
struct USDTArgumentTests {
    private static func x86(_ name: String) -> USDTRegister { register(name, .x86_64) }
    private static func arm(_ name: String) -> USDTRegister { register(name, .arm64) }
    private static func register(_ name: String, _ machine: ELFFile.Machine) -> USDTRegister {
        guard let register = USDTRegister(name, of: machine) else { preconditionFailure("there is no register \(name)") }
        return register
    }

    private func parse(_ text: String, _ machine: ELFFile.Machine) throws(ObjectError) -> [USDTArgument] {
        try USDTProbe(provider: "trial", name: "called", arguments: text).parsedArguments(for: machine)
    }

    static let x86Forms: [(String, USDTArgument)] = [
        ("-4@$-9", USDTArgument(byteCount: 4, isSigned: true, .constant(-9))),
        ("8@$0", USDTArgument(byteCount: 8, .constant(0))),
        ("4@$0x1f", USDTArgument(byteCount: 4, .constant(31))),
        ("8@$18446744073709551615", USDTArgument(byteCount: 8, .constant(-1))),
        ("-8@$-9223372036854775808", USDTArgument(byteCount: 8, isSigned: true, .constant(.min))),
        ("8@%rax", USDTArgument(byteCount: 8, .register(x86("rax")))),
        ("-4@%eax", USDTArgument(byteCount: 4, isSigned: true, .register(x86("rax")))),
        ("2@%r9w", USDTArgument(byteCount: 2, .register(x86("r9")))),
        ("-1@%sil", USDTArgument(byteCount: 1, isSigned: true, .register(x86("rsi")))),
        ("1@%ah", USDTArgument(byteCount: 1, .register(x86("ah")))),
        ("4f@%eax", USDTArgument(byteCount: 4, isFloatingPoint: true, .register(x86("rax")))),
        ("8f@-8(%rbp)", USDTArgument(byteCount: 8, isFloatingPoint: true, .memory(base: x86("rbp"), displacement: -8))),
        ("8@(%rsp)", USDTArgument(byteCount: 8, .memory(base: x86("rsp"), displacement: 0))),
        ("-4@-1204(%rbp)", USDTArgument(byteCount: 4, isSigned: true, .memory(base: x86("rbp"), displacement: -1204))),
        ("8@+16(%r12)", USDTArgument(byteCount: 8, .memory(base: x86("r12"), displacement: 16))),
        ("8@8+16(%r12)", USDTArgument(byteCount: 8, .memory(base: x86("r12"), displacement: 24))),
        ("8@-16(%rip)", USDTArgument(byteCount: 8, .memory(base: x86("rip"), displacement: -16))),
        (
            "-1@-96(%rbp,%rax,8)",
            USDTArgument(byteCount: 1, isSigned: true, .indexed(base: x86("rbp"), index: x86("rax"), shift: 3, displacement: -96))
        ),
        ("1@(%rbp,%rax,4)", USDTArgument(byteCount: 1, .indexed(base: x86("rbp"), index: x86("rax"), shift: 2, displacement: 0))),
        ("2@-96(%rbp,%r15)", USDTArgument(byteCount: 2, .indexed(base: x86("rbp"), index: x86("r15"), shift: 0, displacement: -96))),
        ("4@(%rbp,%rax)", USDTArgument(byteCount: 4, .indexed(base: x86("rbp"), index: x86("rax"), shift: 0, displacement: 0))),
        ("4@count(%rip)", USDTArgument(byteCount: 4, .symbol("count", displacement: 0))),
        ("-4@count+4(%rip)", USDTArgument(byteCount: 4, isSigned: true, .symbol("count", displacement: 4))),
        ("8@4+_Z5countv.part(%rip)", USDTArgument(byteCount: 8, .symbol("_Z5countv.part", displacement: 4))),
        ("8@count-8(%rip)", USDTArgument(byteCount: 8, .symbol("count", displacement: -8))),
        ("4@count", USDTArgument(byteCount: 4, .symbol("count", displacement: 0))),
        ("-4@count+8", USDTArgument(byteCount: 4, isSigned: true, .symbol("count", displacement: 8))),
        ("4@count(%rax)", USDTArgument(byteCount: 4, .indexedSymbol("count", index: x86("rax"), shift: 0, displacement: 0))),
        ("8@table(,%rax,8)", USDTArgument(byteCount: 8, .indexedSymbol("table", index: x86("rax"), shift: 3, displacement: 0))),
        ("8@table-16(,%r9,4)", USDTArgument(byteCount: 8, .indexedSymbol("table", index: x86("r9"), shift: 2, displacement: -16))),
        ("4@0x404010", USDTArgument(byteCount: 4, .address(0x404010, index: nil, shift: 0))),
        ("8@4210704(,%rax,8)", USDTArgument(byteCount: 8, .address(4_210_704, index: x86("rax"), shift: 3))),
        ("8@(,%rax,4)", USDTArgument(byteCount: 8, .address(0, index: x86("rax"), shift: 2))),
        ("8@16(,%rax,2)", USDTArgument(byteCount: 8, .indexed(base: x86("rax"), index: x86("rax"), shift: 0, displacement: 16))),
        ("8@-16(,%rax,1)", USDTArgument(byteCount: 8, .memory(base: x86("rax"), displacement: -16))),
        (
            "-4 @ -8 ( %rbp , %rax , 2 ) ",
            USDTArgument(byteCount: 4, isSigned: true, .indexed(base: x86("rbp"), index: x86("rax"), shift: 1, displacement: -8))
        ),
    ]

    @Test(arguments: x86Forms)
    func `every form that compilers write for x86-64 is understood`(text: String, argument: USDTArgument) throws {
        #expect(try parse(text, .x86_64) == [argument])
        #expect(try parse("8@%rdi \(text) -4@$1", .x86_64).dropFirst().first == argument)
    }

    static let armForms: [(String, USDTArgument)] = [
        ("4@5", USDTArgument(byteCount: 4, .constant(5))),
        ("-4@-9", USDTArgument(byteCount: 4, isSigned: true, .constant(-9))),
        ("4@#7", USDTArgument(byteCount: 4, .constant(7))),
        ("-8@x4", USDTArgument(byteCount: 8, isSigned: true, .register(arm("x4")))),
        ("4@w30", USDTArgument(byteCount: 4, .register(arm("x30")))),
        ("8@sp", USDTArgument(byteCount: 8, .register(arm("sp")))),
        ("4@wzr", USDTArgument(byteCount: 4, .constant(0))),
        ("-4@[sp]", USDTArgument(byteCount: 4, isSigned: true, .memory(base: arm("sp"), displacement: 0))),
        ("8@[sp, 60]", USDTArgument(byteCount: 8, .memory(base: arm("sp"), displacement: 60))),
        ("-4@[x29,#-20]", USDTArgument(byteCount: 4, isSigned: true, .memory(base: arm("x29"), displacement: -20))),
        ("8@[x1, x2]", USDTArgument(byteCount: 8, .indexed(base: arm("x1"), index: arm("x2"), shift: 0, displacement: 0))),
        ("8@[x1, x2, lsl 3]", USDTArgument(byteCount: 8, .indexed(base: arm("x1"), index: arm("x2"), shift: 3, displacement: 0))),
        ("8@[x1,x2,lsl #2]", USDTArgument(byteCount: 8, .indexed(base: arm("x1"), index: arm("x2"), shift: 2, displacement: 0))),
    ]

    @Test(arguments: armForms)
    func `every form that compilers write for arm64 is understood`(text: String, argument: USDTArgument) throws {
        #expect(try parse(text, .arm64) == [argument])
        #expect(try parse("8@x0 \(text) -4@1", .arm64).dropFirst().first == argument)
    }

    @Test func `registers stand where the kernel's structure has them, in all widths`() {
        let places = [
            "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi", "orig", "rip", "cs", "flags",
            "rsp",
        ]
        let widths: [[String]] =
            ["a", "b", "c", "d"].map { ["r\($0)x", "e\($0)x", "\($0)x", "\($0)l"] }
            + ["si", "di", "bp", "sp"].map { ["r\($0)", "e\($0)", $0, "\($0)l"] }
            + (8...15).map { ["r\($0)", "r\($0)d", "r\($0)w", "r\($0)b"] } + [["rip", "eip"]]
        for names in widths {
            let place = places.firstIndex(of: names[0]).map { $0 * 8 }
            for name in names { #expect(USDTRegister(name, of: .x86_64)?.contextOffset == place, "\(name)") }
            for name in names { #expect(USDTRegister(name, of: .x86_64)?.name == names[0]) }
        }
        for name in ["ah", "bh", "ch", "dh"] {
            #expect(USDTRegister(name, of: .x86_64)?.contextOffset == USDTRegister("\(name.prefix(1))l", of: .x86_64).map { $0.contextOffset + 1 })
        }
        for number in 0...30 {
            for prefix in ["x", "w"] { #expect(USDTRegister("\(prefix)\(number)", of: .arm64)?.contextOffset == number * 8) }
        }
        #expect(USDTRegister("sp", of: .arm64)?.contextOffset == 248 && USDTRegister("wsp", of: .arm64)?.contextOffset == 248)
        for name in ["", "r", "rx", "r16", "r8q", "r08", "xmm0", "st", "eflags", "cs", "orig_rax", "al ", "rAX", "rip8", "x0"] {
            #expect(USDTRegister(name, of: .x86_64) == nil, "\(name)")
        }
        for name in ["", "x", "x31", "w31", "x00", "x-1", "x+1", "d0", "q1", "rax", "x1x", "xsp"] {
            #expect(USDTRegister(name, of: .arm64) == nil, "\(name)")
        }
        #expect(USDTRegister("a0", of: .riscv) == nil)
    }

    static let refused: [(String, ELFFile.Machine)] =
        [
            "4", "4@", "@%eax", "3@%eax", "16@%rax", "0@%rax", "--4@%eax", "-@%eax", "4@%", "4@%xmm0", "8f@%xmm1", "1f@%al", "4@eax",
            "4@rax(,%rbx,8)", "4@$",
            "4@$x",
            "4@$count", "4@%eax,", "4@%eax8@%rbx", "4@()", "4@(%)", "4@(%rax", "4@(%rax,)", "4@(,)", "4@(,%rax", "4@(,%rax,3)", "4@(%rax,%rbx,)",
            "4@(%rax,%rbx,3)",
            "4@(%rax,%rbx,16)", "4@(%rax,%rbx,8", "4@-(%rax)", "4@+(%rax)", "4@8+(%rax)", "4@8 8(%rax)", "4@-count(%rip)", "4@a+b(%rip)",
            "4@count(%rax,%rbx)", "4@count(%rip,%rax)", "4@count +4(%rip)",
            "4@(%eax,%xmm0)", "4@%fs:40", "4@*%rax", "2@%ah", "4@4(%ah)", "18446744073709551620@%rax", "4@$18446744073709551616",
            "4@$-9223372036854775809", "4@9223372036854775807+1(%rax)", "4@0x(%rax)", "4@99999999999999999999(%rax)", "8@%rax extra", "\u{1F600}",
            "4@%\u{1F600}",
            "8@%rax\u{0}", "8@%rax\n8@%rbx",
        ].map { ($0, .x86_64) }
        + [
            "4@", "4@[", "4@[]", "4@[sp", "4@[sp,", "4@[sp,]", "4@[sp, 60", "4@[w1]", "4@[x1, w2]", "4@[x1, x2, lsl]", "4@[x1, x2, lsl 4]",
            "4@[x1, w2, sxtw]", "4@[x1, x2, asr 1]", "4@[sp, 8]!", "4@[sp], 8", "4@d0", "4@#", "4@-", "4@x31", "4@%rax",
            "4@[sp, 99999999999999999999]",
            "4@5x", "4@[xzr]",
        ].map { ($0, .arm64) } + [("8@a0", .riscv), ("8@%r2", .s390)]

    @Test(arguments: refused)
    func `a form that is not known is refused by name, without a trap`(text: String, machine: ELFFile.Machine) {
        let error = #expect(throws: ObjectError.self) { try parse(text, machine) }
        #expect(error?.code == .unsupported)
        #expect(error?.reason.contains("argument ") == true && error?.reason.contains("'trial:called'") == true)
        #expect((error?.reason.utf8.count ?? 0) < 256)
    }

    static let reasons: [(String, ELFFile.Machine, String)] = [
        ("4@%fs:40", .x86_64, "the memory of each thread"), ("8@%gs:(%rax)", .x86_64, "the memory of each thread"),
        ("8@%fs:count@tpoff+4", .x86_64, "the memory of each thread"), ("8f@%xmm1", .x86_64, "a register for vectors"),
        ("8f@%st", .x86_64, "a register for vectors"), ("8@$count", .x86_64, "the address of a symbol"),
        ("8@count(%rax,%rbx,8)", .x86_64, "a symbol and two registers"), ("8f@d0", .arm64, "a register for vectors"),
        ("8@[x0, w1, sxtw 3]", .arm64, "half a register"), ("8@[x0, w1, uxtw]", .arm64, "half a register"),
        ("8@[x0, x1, sxtw 3]", .arm64, "half a register"), ("8@[x0, :lo12:count]", .arm64, "half the address of a symbol"),
        ("8@[x0, #:lo12:count]", .arm64, "half the address of a symbol"), ("8@[sp, 16]!", .arm64, "changed by reading it"),
        ("8@[sp], 16", .arm64, "changed by reading it"),
    ]

    @Test(arguments: reasons)
    func `a form that compilers write and programs cannot be told of is refused with the reason`(
        text: String, machine: ELFFile.Machine, reason: String
    ) {
        let error = #expect(throws: ObjectError.self) { try parse("4@\(machine == .arm64 ? "w0" : "%eax") \(text)", machine) }
        #expect(error?.code == .unsupported)
        #expect(error?.reason.contains("argument 1 of the probe 'trial:called' has a form that is not supported: '8") == true || text.hasPrefix("4"))
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test func `an address is found from where the probe is, in files that are not loaded anywhere`() throws {
        let plain = USDTArgument(byteCount: 4, .address(0x404010, index: nil, shift: 0))
        let fixed = try plain.located(from: 0x401000, of: .x86_64, isFixed: true) { _ in nil }
        #expect(fixed == USDTArgument(byteCount: 4, .memory(base: Self.x86("rip"), displacement: 0x3010)))
        let scaled = USDTArgument(byteCount: 8, .address(-16, index: Self.x86("rax"), shift: 3))
        let behind = try scaled.located(from: 0x401000, of: .x86_64, isFixed: true) { _ in nil }
        #expect(behind == USDTArgument(byteCount: 8, .indexed(base: Self.x86("rip"), index: Self.x86("rax"), shift: 3, displacement: -0x401010)))
        let error = #expect(throws: ObjectError.self) { try plain.located(from: 0x401000, of: .x86_64) { _ in nil } }
        #expect(error?.code == .unsupported && error?.reason.contains("0x404010") == true)
        #expect(throws: Never.self) {
            try USDTArgument(byteCount: 4, .address(.min, index: nil, shift: 0)).located(from: 1, of: .x86_64, isFixed: true) { _ in nil }
        }
        let table = USDTArgument(byteCount: 8, .indexedSymbol("table", index: Self.x86("rax"), shift: 3, displacement: 8))
        let found = try table.located(from: 0x1000, of: .x86_64) { $0 == "table" ? 0x3000 : nil }
        #expect(found == USDTArgument(byteCount: 8, .indexed(base: Self.x86("rip"), index: Self.x86("rax"), shift: 3, displacement: 0x2008)))
        #expect(throws: ObjectError.self) { try table.located(from: 0x1000, of: .arm64) { _ in 0 } }
    }

    @Test func `the operand that is not known is the one that is named`() {
        let error = #expect(throws: ObjectError.self) { try parse("8@%rax -4@[sp, 60] 8@%rbx", .x86_64) }
        #expect(error?.reason == "argument 1 of the probe 'trial:called' has a form that is not known: '-4@[sp, 60]'")
    }

    @Test func `a probe has twelve arguments at most, and may have none`() throws {
        #expect(try parse("", .x86_64) == [])
        #expect(try parse("  ", .x86_64) == [])
        #expect(try parse(":", .x86_64) == [])
        let twelve = Array(repeating: "8@%rax", count: 12).joined(separator: " ")
        #expect(try parse(twelve, .x86_64).count == 12)
        let error = #expect(throws: ObjectError.self) { try parse(twelve + " 8@%rax", .x86_64) }
        #expect(error?.reason.contains("more than 12") == true)
    }

    @Test func `texts that were damaged are read or refused`() {
        var random = SystemRandomNumberGenerator()
        for (text, machine) in Self.x86Forms.map({ ($0.0, ELFFile.Machine.x86_64) }) + Self.armForms.map({ ($0.0, .arm64) }) {
            let bytes = Array(text.utf8)
            for _ in 0..<50 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let place = Int.random(in: 0..<damaged.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: damaged[place] = UInt8.random(in: 32...126, using: &random)
                    case 1: damaged.insert(damaged[Int.random(in: 0..<damaged.count, using: &random)], at: place)
                    default: if damaged.count > 1 { damaged.remove(at: place) }
                    }
                }
                _ = try? parse(String(decoding: damaged, as: UTF8.self), machine)
            }
        }
    }

    @Test func `a variable is found from where the probe is`() throws {
        let argument = USDTArgument(byteCount: 4, isSigned: true, .symbol("count", displacement: 4))
        let located = try argument.located(from: 0x1000, of: .x86_64) { $0 == "count" ? 0x800 : nil }
        #expect(located == USDTArgument(byteCount: 4, isSigned: true, .memory(base: Self.x86("rip"), displacement: -0x7FC)))
        let error = #expect(throws: ObjectError.self) { try argument.located(from: 0x1000, of: .x86_64) { _ in nil } }
        #expect(error?.code == .noSuchName && error?.reason.contains("'count'") == true)
        // No addresses are too far from each other.
        #expect(throws: Never.self) { try argument.located(from: .max, of: .x86_64) { _ in 0 } }
        let farthest = USDTArgument(byteCount: 4, .symbol("count", displacement: .min))
        #expect(throws: Never.self) { try farthest.located(from: 1, of: .x86_64) { _ in 0 } }
    }
}
