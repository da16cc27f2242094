// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import ELF
import Testing

/// What processes and the kernel write about processes, read without one.
struct ProcessTextTests {
    private func map(_ text: String) -> PerfMap {
        var map = PerfMap()
        _ = map.append(Array(text.utf8).span.bytes)
        return map
    }

    @Test func symbolsOfPerfMapsHoldTheirAddressesAndNamesMayHaveSpaces() {
        let map = map("1000 20 first function\n0x1020 0x10 Second::x(int, char)\n2000 8 third\n")
        #expect(map.function(at: 0x1000)?.name == "first function")
        #expect(map.function(at: 0x101F)?.offset == 0x1F)
        #expect(map.function(at: 0x1020)?.name == "Second::x(int, char)")
        #expect(map.function(at: 0x1030) == nil)
        #expect(map.function(at: 0x2007)?.name == "third")
        #expect(map.function(at: 0xFFF) == nil)
        #expect(map.function(at: .max) == nil)
    }

    @Test func theSymbolThatWasPutInThePlaceOfAnotherCounts() {
        var map = map("1000 20 old\n")
        #expect(map.append(Array("1000 10 new\nunfinish".utf8).span.bytes) == 12)
        #expect(map.function(at: 0x1004)?.name == "new")
        #expect(map.count == 2)
    }

    @Test(arguments: [
        "\n", "1000\n", "1000 20\n", "1000 20 \n", " 1000 20 x\n", "g000 20 x\n", "1000 zz x\n", "1000 0 nothing\n", "0x 0x x\n",
        "ffffffffffffffff ffffffffffffffff beyond\n", "11111111111111111 1 long\n", "1000 -1 x\n", "1000\t20\tx\n", "1000 20 no end",
        "\u{0}\u{0} \u{0}\n", "0x0x1 1 x\n",
    ])
    func linesOfAnotherFormAreLeftOut(text: String) {
        #expect(map(text).count == 0)
    }

    @Test func mappingsHaveTheirDeviceAndHostileLinesAreLeftOut() {
        let text = """
            55d0c0a00000-55d0c0a21000 r-xp 00002000 fd:01 1234  /usr/bin/with space
            7f00-7e00 r-xp 0 0:0 0 backwards
            zz-yy r-xp 0 0:0 0
            7f0000000000-7f0000001000 r-xp 00000000 fd01 77 /no colon (deleted)
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]

            """
        let mappings = MemoryMapping.parse(text)
        #expect(mappings.map(\.path) == ["/usr/bin/with space", "/no colon", "[vsyscall]"])
        #expect(mappings[0].device == 0xFD << 32 | 1)
        #expect(mappings[1].device == 0 && mappings[1].isDeleted)
    }

    @Test func theInnermostNumberOfAProcessIsTheLastOfItsLine() {
        #expect(ProcessDirectory.innermostNumber(in: "Name:\tNSpid: 7\nNSpid:\t4242\t17\t1\nx") == 1)
        #expect(ProcessDirectory.innermostNumber(in: "NSpid:\t4242\n") == 4242)
        #expect(ProcessDirectory.innermostNumber(in: "NSpid:\n") == nil)
        #expect(ProcessDirectory.innermostNumber(in: "Pid:\t1\n") == nil)
    }

    @Test func anEntryWithABuildIDHasTheKernelsLayout() {
        #expect(MemoryLayout<StackBuildID>.size == 32 && MemoryLayout<StackBuildID>.offset(of: \.value) == 24)
        var bytes = InlineArray<20, UInt8>(repeating: 0)
        for index in 0..<16 { bytes[index] = UInt8(index + 1) }
        let entry = StackBuildID(status: 1, bytes: bytes, value: 0x1234)
        #expect(entry.identity == BuildID(Array(1...16)))
        #expect(BinarySymbols().frame(of: entry).description == "[unknown] 0102030405060708090a0b0c0d0e0f10+0x1234")
        #expect(StackBuildID(status: 2, bytes: bytes, value: 0x1234).identity == nil)
        #expect(BinarySymbols().frame(of: StackBuildID(status: 2, bytes: bytes, value: 0x1234)).description == "[unknown] 0x1234")
    }

    @Test func framesAreWrittenAsPeopleReadThem() {
        let library = StackFrame.Place.file(path: "/usr/lib/libc.so.6", offset: 0x9A01A)
        #expect(StackFrame(address: 1, place: library, symbol: "malloc", symbolOffset: 0x1A).description == "malloc+0x1a (libc.so.6)")
        #expect(StackFrame(address: 0x7F12, place: library).description == "[unknown] 0x7f12 (libc.so.6+0x9a01a)")
        #expect(StackFrame(address: 0x7F12, place: .unknown).description == "[unknown] 0x7f12")
        #expect(StackFrame(address: 0x7F12, place: .memory(name: "")).description == "[unknown] 0x7f12")
        #expect(StackFrame(address: 1, place: .kernel(module: nil), symbol: "_ZN3fooEv").description == "_ZN3fooEv+0x0")
        #expect(StackFrame(address: 1, place: .unknown, symbol: "a\u{1B}[2Jb\u{9B}c\n").description == "a?[2Jb?c?+0x0")
    }
}
