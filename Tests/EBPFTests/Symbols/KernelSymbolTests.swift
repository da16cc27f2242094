// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import Testing

/// Functions of the kernel by their addresses.
struct KernelSymbolTests {
    private func symbols(_ text: String) -> EBPF.KernelSymbols { EBPF.KernelSymbols(kallsyms: Array(text.utf8).span.bytes) }

    private static let list = """
        0000000000000000 A fixed_percpu_data
        ffffffff81000000 T _stext
        ffffffff81000000 T first
        ffffffff81000040 t second.part.0
        ffffffff81000060 D variable
        ffffffff81000080 W third
        ffffffff81000100 D _etext
        ffffffff81200000 T in_init
        ffffffff81200010 T _einittext
        ffffffffc0100000 t one\t[nf_tables]
        ffffffffc0100020 t two\t[nf_tables]
        ffffffffc0000000 t early\t[veth]
        ffffffffc0200040 t bpf_prog_0123456789abcdef_opens\t[bpf]

        """

    @Test func aFunctionReachesToTheNextOneAndDataIsLeftOut() {
        let symbols = symbols(Self.list)
        let second = symbols.function(at: 0xffff_ffff_8100_0052)
        #expect(second?.name == "second.part.0" && second?.address == 0xffff_ffff_8100_0040)
        #expect(second?.offset == 0x12 && second?.module == nil)
        #expect(symbols.function(at: 0xffff_ffff_8100_007F)?.name == "second.part.0")
        #expect(symbols.function(at: 0xffff_ffff_8100_0080)?.name == "third")
        #expect(symbols.function(at: 0xffff_ffff_8100_0000)?.name == "_stext")
    }

    @Test func behindTheEndOfCodeIsNoFunction() {
        let symbols = symbols(Self.list)
        #expect(symbols.function(at: 0xffff_ffff_8100_00FF)?.name == "third")
        #expect(symbols.function(at: 0xffff_ffff_8100_0100) == nil)
        #expect(symbols.function(at: 0xffff_ffff_8110_0000) == nil)
        #expect(symbols.function(at: 0xffff_ffff_8120_0010) == nil)
        #expect(symbols.function(at: 0xffff_ffff_80ff_ffff) == nil)
        #expect(symbols.function(at: 0) == nil)
        #expect(symbols.function(at: .max) == nil)
    }

    @Test func modulesAreNamedAndTheirLastFunctionReachesToTheNextPageAtMost() {
        let symbols = symbols(Self.list)
        let early = symbols.function(at: 0xffff_ffff_c000_0008)
        #expect(early?.name == "early" && early?.offset == 8 && early?.module == "veth")
        #expect(symbols.function(at: 0xffff_ffff_c000_1FFF)?.name == "early")
        #expect(symbols.function(at: 0xffff_ffff_c000_2000) == nil)
        #expect(symbols.function(at: 0xffff_ffff_c010_0010)?.name == "one")
        #expect(symbols.function(at: 0xffff_ffff_c010_0021)?.module == "nf_tables")
        #expect(symbols.function(at: 0xffff_ffff_c020_3000)?.module == "bpf")
        #expect(symbols.function(at: 0xffff_ffff_c040_0000) == nil)
    }

    @Test func framesShowModuleAndOffsetAndReturnAddressesMeanTheCall() {
        let frames = symbols(Self.list).frames(of: [0xffff_ffff_c010_0021, 0xffff_ffff_8100_0080, 0xffff_ffff_8110_0000, 0, 7])
        #expect(frames.map(\.description) == ["two+0x1 [nf_tables]", "second.part.0+0x40", "[unknown] 0xffffffff81100000"])
    }

    @Test(arguments: [
        "", "\n\n", "ffffffff81000000", "ffffffff81000000 T", "ffffffff81000000 T ", "zzzz T name\n", "ffffffff81000000 T \tx\n",
        "ffffffff81000000 T a\t[", "ffffffff81000000 T a\t[]\n", String(repeating: "f", count: 5000), "\u{0}\u{0}\n\t\t[x]\n",
    ])
    func whatIsNoListNamesNothing(text: String) {
        let symbols = symbols(text)
        #expect(symbols.count <= 1)
        #expect(symbols.function(at: 0xffff_ffff_8100_0000)?.name ?? "a" == "a")
    }

    @Test(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
    func everyFunctionOfTheRunningKernelIsFoundAtItsAddress() throws {
        let symbols = try EBPF.KernelSymbols.running()
        #expect(symbols.count > 10_000)
        #expect(symbols.byteCount < symbols.count * 64)
        var names: [UInt64: Set<String>] = [:]
        var ends: Set<UInt64> = []
        try Kallsyms.read(for: "test") { text, line in
            let name = text.extracting(line.name).text
            if name == "_etext" || name == "_einittext" || name.hasSuffix("_end") { ends.insert(line.address) }
            // Programs and trampolines come and go meanwhile: functions of other tests are attached to.
            let module = text.extracting(line.module).text
            if line.isCode, module != "bpf", !module.hasPrefix("__builtin__") { names[line.address, default: []].insert(name) }
            return .goOn
        }
        for (address, names) in names where !ends.contains(address) {
            let found = symbols.function(at: address)
            if let found, names.contains(found.name), found.offset == 0 { continue }
            Issue.record("\(names) at \(String(address, radix: 16)): \(String(describing: found))")
        }
    }

    @Test(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
    func theAddressesOfNamesAreThoseOfTheTable() throws {
        let symbols = try EBPF.KernelSymbols.running()
        let addresses = try KernelAddresses.of(["schedule", "vfs_read", "no_such_symbol_at_all"])
        #expect(addresses.count == 2)
        for (name, address) in addresses { #expect(symbols.function(at: address)?.name == name) }
    }
}
