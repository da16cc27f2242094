// SPDX-License-Identifier: Apache-2.0

import CNamespaces
@testable import EBPF
import ELF
import Glibc
import Testing

/// What is said of probes that cannot be attached to, and that nothing is left of those that were.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct USDTTests {
    private static func attach(
        _ program: Program, _ name: String, provider: String = "trial", in binary: String = "/proc/self/exe", process: Int32? = getpid(),
        cookie: UInt64? = nil
    ) throws(EBPFError) -> Link {
        try program.attach(toUSDT: binary, provider: provider, name: name, process: process, cookie: cookie)
    }

    @Test func aProbeThatIsNotThereIsNamedWithThoseThatAreNear() throws {
        let tried = try TriedProgram("hook_usdt", of: Probes.object())
        let near = #expect(throws: EBPFError.self) { _ = try Self.attach(tried.program, "caled") }
        #expect(near?.code == .noSuchSymbol)
        #expect(near?.cause.contains("no probe 'trial:caled'; it has 'trial:called'") == true, "\(near.map { "\($0)" } ?? "")")
        #expect(near?.operation.contains("'hook_usdt'") == true)
        let far = #expect(throws: EBPFError.self) { _ = try Self.attach(tried.program, "entry", provider: "postgresql") }
        #expect(far?.code == .noSuchSymbol && far?.cause.contains("'trial:called', 'trial:twice'") == true, "\(far.map { "\($0)" } ?? "")")
        let none = #expect(throws: EBPFError.self) { _ = try Self.attach(tried.program, "called", in: "libswiftCore.so") }
        #expect(none?.code == .noSuchSymbol && none?.cause.contains("declares no probes") == true, "\(none.map { "\($0)" } ?? "")")
        let missing = #expect(throws: EBPFError.self) { _ = try Self.attach(tried.program, "called", in: "/nowhere/at/all") }
        #expect(missing?.code == .noSuchBinary)
        let ended = #expect(throws: EBPFError.self) { _ = try Self.attach(tried.program, "called", process: Int32.max) }
        #expect(ended?.cause.contains("no process") == true, "\(ended.map { "\($0)" } ?? "")")
    }

    @Test func anArgumentThatCannotBeReadIsNamed() throws {
        let tried = try TriedProgram("hook_usdt", of: Probes.object())
        let vector = #expect(throws: EBPFError.self) { _ = try Self.attach(tried.program, "vector") }
        #expect(vector?.code == .unsupported)
        #expect(vector?.cause.contains("argument 0 of the probe 'trial:vector' has a form that is not supported: '8f@") == true)
        #expect(vector?.cause.contains("in a register for vectors") == true)
        // Who asks for no arguments need not know them.
        let plain = try TriedProgram("hook_uprobe")
        let link = try Self.attach(plain.program, "vector")
        link.detach()
        // Objects for loaders that know no index registers are not told nonsense.
        let old = try TriedProgram("hook_usdt_old_twice", of: OldProbes.object())
        let index = #expect(throws: EBPFError.self) { _ = try Self.attach(old.program, "twice") }
        #expect(index?.code == .unsupported && index?.cause.contains("index register") == true, "\(index.map { "\($0)" } ?? "")")
    }

    @Test func programsOfOtherKindsAreNotAttached() throws {
        let tried = try TriedProgram("hook_xdp")
        let error = #expect(throws: EBPFError.self) { _ = try Self.attach(tried.program, "called") }
        #expect(error?.code == .invalid)
    }

    @Test func eventsOfOtherProcessesAreNotSeen() throws {
        guard KernelFeatures.running.hasAttachCookies == true, let path = FileRoot.target(ofLink: "/proc/self/exe") else { return }
        for name in ["hook_usdt", "hook_usdt_events"] {
            let tried = try TriedProgram(name, of: Probes.object())
            let link = try Self.attach(tried.program, "called", in: path, process: getppid())
            HookTrial.callProbe()
            #expect(try tried.seen() == 0)
            link.detach()
        }
    }

    /// An object whose map has room for 16 descriptions.
    @Test func descriptionsAreGivenBackAndTakenAgain() throws {
        let tried = try TriedProgram("hook_usdt_old", of: OldProbes.object())
        for cookie in 0..<40 {
            try tried.prove(try Self.attach(tried.program, "called", cookie: UInt64(cookie)), HookTrial.callProbe)
            #expect(try tried.object.value(of: "count", as: Int64.self) == 3)
            // The fixture's program looks at the first description where there are no cookies.
            let seen = try tried.object.value(of: "cookie", as: UInt64.self)
            #expect(seen == cookie || KernelFeatures.running.hasAttachCookies == false)
        }
        let descriptions = try #require(tried.program.descriptions)
        let arguments = try USDTProbe(provider: "p", name: "n", arguments: "").parsedArguments(for: .x86_64)
        let wanted = [USDTDescriptions.Wanted(arguments: arguments, addresses: [1, 2])]
        for cookie in 0..<10_000 {
            let taken = try descriptions.take(wanted, cookie: UInt64(cookie), for: "test")
            #expect(taken.numbers.count == 1)
        }
        let addresses = try tried.object.map("__bpf_usdt_ip_to_spec_id")
        #expect(try addresses.value(for: UInt64(1), as: UInt32.self) == nil)
    }

    @Test func equalDescriptionsShareANumberAndTooManySaySo() throws {
        let tried = try TriedProgram("hook_usdt_old", of: OldProbes.object())
        let descriptions = try #require(tried.program.descriptions)
        func take(_ cookie: UInt64, _ address: UInt64) throws(EBPFError) -> USDTDescriptions.Taken {
            try descriptions.take([.init(arguments: [], addresses: [address])], cookie: cookie, for: "test")
        }
        var held: [USDTDescriptions.Taken] = []
        for cookie in 0..<16 { held.append(try take(UInt64(cookie), UInt64(cookie))) }
        #expect(Set(held.map(\.numbers)).count == 16)
        let shared = try take(3, 3)
        #expect(shared.numbers == held[3].numbers)
        let full = #expect(throws: EBPFError.self) { _ = try take(99, 99) }
        #expect(full?.code == .busy && full?.cause.contains("16") == true, "\(full.map { "\($0)" } ?? "")")
        let number = held.remove(at: 7).numbers
        #expect(try take(99, 99).numbers == number)
        let other = #expect(throws: EBPFError.self) { _ = try take(98, 3) }
        #expect(other?.code == .busy, "\(other.map { "\($0)" } ?? "")")
        _ = (held, shared)
    }

    @Test func aPinnedLinkKeepsItsDescriptions() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            if mount("bpf", "/sys/fs/bpf", "bpf", 0, nil) != 0 { try check(-errno, "mount bpf") }
            let tried = try TriedProgram("hook_usdt_old", of: OldProbes.object())
            do {
                let link = try tried.program.attach(AttachOptions(cookie: 5, process: getpid()))
                guard link.isKernelLink else { return }
                try link.pin(at: "/sys/fs/bpf/link")
            }
            HookTrial.callProbe()
            #expect(try tried.seen() == 1)
            let descriptions = try #require(tried.program.descriptions)
            var held: [USDTDescriptions.Taken] = []
            for cookie in 0..<15 { held.append(try descriptions.take([.init(arguments: [], addresses: [])], cookie: UInt64(cookie), for: "test")) }
            HookTrial.callProbe()
            #expect(try tried.object.value(of: "cookie", as: UInt64.self) == 5)
            #expect(throws: EBPFError.self) { _ = try descriptions.take([.init(arguments: [], addresses: [])], cookie: 99, for: "test") }
            _ = held
        }
    }

    #if arch(x86_64)
        /// Four arguments that have no base register, in a program that is not loaded anywhere: two by symbols, two by addresses.
        private static let fixedProgram = """
            #include <unistd.h>
            long table[4] = {10, 20, 30, 40};
            int both[2] = {5, -6};
            __attribute__((section(".fixed"))) long fixed[4] = {100, 200, 300, 400};
            volatile long sum;
            __attribute__((noinline)) void reach(long index) {
                // What is in no memory yet cannot be read by programs that must not sleep.
                sum = table[index] + both[1] + fixed[index];
                __asm__ volatile("990: nop\\n.pushsection .note.stapsdt, \\"\\", @note\\n.balign 4\\n.long 992f - 991f, 994f - 993f, 3\\n"
                    "991: .asciz \\"stapsdt\\"\\n992: .balign 4\\n993: .quad 990b, 0, 0\\n.asciz \\"trial\\"\\n.asciz \\"fixed\\"\\n"
                    ".asciz \\"8@table(,%%rdi,8) -4@both+4 8@0x700008 8@7340032(,%%rdi,8)\\"\\n994: .balign 4\\n.popsection\\n" : : "D"(index));
            }
            int main(void) {
                char byte;
                do { reach(2); if (write(1, ".", 1) != 1) return 1; } while (read(0, &byte, 1) == 1);
                return 0;
            }
            """

        @Test(.enabled(if: ProgramWorkshop.isAvailable, ProgramWorkshop.reason))
        func argumentsAtAddressesAreReadInAProgramThatIsNotLoadedAnywhere() throws {
            let workshop = try ProgramWorkshop()
            let path = try workshop.compile(Self.fixedProgram, to: "fixed", ["-no-pie", "-Wl,--section-start=.fixed=0x700000"])
            let process = try AnsweringProcess(path, [])
            let tried = try TriedProgram("hook_usdt", of: Probes.object(), thread: UInt32(bitPattern: process.identifier))
            let link = try Self.attach(tried.program, "fixed", in: path, process: process.identifier)
            try process.ask()
            try tried.expect(count: 4, [30, -6, 200, 300], size: 8)
            link.detach()
            // Loaded anywhere, the same addresses mean nothing.
            let moved = try workshop.compile(Self.fixedProgram, to: "moved", ["-fPIE", "-pie"])
            let error = #expect(throws: EBPFError.self) { _ = try Self.attach(tried.program, "fixed", in: moved, process: nil) }
            #expect(error?.code == .unsupported && error?.cause.contains("0x700008") == true, "\(String(describing: error))")
        }
    #endif
}
