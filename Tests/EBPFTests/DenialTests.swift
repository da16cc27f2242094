// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import EBPF
import Glibc
import Testing

/// Why the kernel refuses, judged from what was seen: no kernel is asked.
struct DenialTests {
    /// A new kernel, and a thread that has these capabilities.
    func seen(_ capabilities: Capabilities = .all, kernel: KernelVersion = "6.1", isRoot: Bool = false) -> Circumstances {
        var seen = Circumstances()
        seen.kernel = kernel
        seen.capabilities = capabilities
        seen.isRoot = isRoot
        seen.unprivilegedBPF = .forbidden
        seen.perfEventParanoid = 2
        seen.lockdown = Lockdown.none
        seen.securityModules = ["lockdown", "capability", "yama"]
        return seen
    }

    func program(_ number: UInt32, attachType: UInt32 = 0) -> Attempt {
        .loadProgram(ProgramType(rawValue: number), attachType: AttachType(rawValue: attachType))
    }

    func missing(_ attempt: Attempt, _ seen: Circumstances) -> [String] {
        Denial.Case(errno: EPERM, attempt: attempt, seen: seen).missing.map(\.name)
    }

    @Test(
        arguments: [
            (5, ["CAP_BPF", "CAP_PERFMON"]), (17, ["CAP_BPF", "CAP_PERFMON"]), (26, ["CAP_BPF", "CAP_PERFMON"]), (29, ["CAP_BPF", "CAP_PERFMON"]),
            (6, ["CAP_BPF", "CAP_NET_ADMIN"]), (3, ["CAP_BPF", "CAP_NET_ADMIN"]), (18, ["CAP_BPF", "CAP_NET_ADMIN"]), (1, ["CAP_BPF"]),
            (8, ["CAP_BPF"]),
            (30, ["CAP_BPF"]), (31, ["CAP_BPF"]), (28, ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"]),
        ] as [(UInt32, [String])])
    func aProgramTakesWhatItsKindTakes(type: UInt32, capabilities: [String]) {
        #expect(missing(program(type), seen([])) == capabilities)
        #expect(missing(program(type), seen([.systemAdministration])) == [])
        #expect(missing(program(type), seen([.bpf])) == capabilities.filter { $0 != "CAP_BPF" })
    }

    @Test func beforeLinux58EverythingTakesTheAdministratorsCapability() throws {
        let old = seen([.bpf, .perfmon, .networkAdministration], kernel: "5.4")
        for type: UInt32 in [1, 5, 6] { #expect(missing(program(type), old) == ["CAP_SYS_ADMIN"]) }
        let denial = try #require(Denial.judge(EPERM, program(5), old))
        #expect(denial.cause.contains("lacks CAP_SYS_ADMIN"))
        #expect(denial.cause.contains("Linux 5.4 knows no CAP_BPF"))
    }

    @Test func aMapTakesWhatItsKindTakes() {
        #expect(missing(.createMap(.hash), seen([])) == ["CAP_BPF"])
        #expect(missing(.createMap(MapType(rawValue: 14)), seen([.bpf])) == ["CAP_NET_ADMIN"])
        // For a map of sockets CAP_SYS_ADMIN stands only from Linux 6.9 on.
        #expect(missing(.createMap(MapType(rawValue: 15)), seen([.systemAdministration], kernel: "6.8")) == ["CAP_NET_ADMIN"])
        #expect(missing(.createMap(MapType(rawValue: 15)), seen([.systemAdministration], kernel: "6.9")) == [])
    }

    @Test func whereEverybodyMayUseSomeOfItNothingIsMissingForThat() {
        var seen = seen([])
        seen.unprivilegedBPF = .allowed
        #expect(missing(.createMap(.hash), seen) == [])
        #expect(missing(program(1), seen) == [])
        #expect(missing(.createMap(.lruHash), seen) == ["CAP_BPF"])
        #expect(missing(program(5), seen) == ["CAP_BPF", "CAP_PERFMON"])
    }

    @Test func theSettingForOthersIsNamedWhereItDecides() throws {
        var state = seen([])
        var denial = try #require(Denial.judge(EPERM, .createMap(.array), state))
        #expect(denial.cause.contains("kernel.unprivileged_bpf_disabled is 2"))
        #expect(denial.remedy.contains("sysctl kernel.unprivileged_bpf_disabled=0"))
        state.unprivilegedBPF = .forbiddenForGood
        denial = try #require(Denial.judge(EPERM, .createMap(.array), state))
        #expect(denial.cause.contains("is 1"))
        #expect(denial.cause.contains("until the next boot"))
        #expect(!denial.remedy.contains("sysctl"))
        // No setting would let everybody trace.
        denial = try #require(Denial.judge(EPERM, program(5), state))
        #expect(!denial.cause.contains("unprivileged_bpf_disabled"))
    }

    @Test func whoIsRootIsToldSomethingElseThanWhoIsNot() throws {
        let user = try #require(Denial.judge(EPERM, program(5), seen([])))
        #expect(user.cause == "this process lacks CAP_BPF and CAP_PERFMON (it does not run as root)")
        #expect(user.remedy == "run it with sudo, or give the binary the capability: setcap cap_bpf,cap_perfmon,cap_dac_read_search+ep FILE")
        let root = try #require(Denial.judge(EPERM, program(5), seen([.bpf], isRoot: true)))
        #expect(root.cause == "this process lacks CAP_PERFMON")
        #expect(root.remedy.hasPrefix("run it with that capability"))
    }

    @Test func inAUserNamespaceNoCapabilityHelps() throws {
        var state = seen(.all, kernel: "6.12")
        state.isInInitialUserNamespace = false
        let denial = try #require(Denial.judge(EPERM, program(5), state))
        #expect(denial.cause.contains("user namespace"))
        #expect(denial.remedy.contains("BPF token"))
        state.kernel = "6.1"
        #expect(Denial.judge(EPERM, program(5), state)?.remedy.contains("token") == false)
        // What takes no capability is not explained by it.
        state.map = Circumstances.MapState(isFrozen: true)
        #expect(Denial.judge(EPERM, .useMap, state)?.cause.contains("frozen") == true)
    }

    @Test func aFrozenMapIsToldFromOneThatWasOpenedForReading() throws {
        var state = seen()
        state.map = Circumstances.MapState(isFrozen: true)
        let frozen = try #require(Denial.judge(EPERM, .useMap, state))
        #expect(frozen.cause.contains("BPF_MAP_FREEZE"))
        #expect(frozen.remedy.contains("before the object is loaded"))
        state.map = Circumstances.MapState(writes: false)
        #expect(Denial.judge(EPERM, .useMap, state)?.cause.contains("BPF_F_RDONLY") == true)
        state.map = Circumstances.MapState(reads: false, isWrite: false)
        #expect(Denial.judge(EPERM, .useMap, state)?.cause.contains("BPF_F_WRONLY") == true)
        state.map = Circumstances.MapState(isFrozen: true, isWrite: false)
        #expect(Denial.judge(EPERM, .useMap, state) == nil)
    }

    @Test func theKernelsWordsAboutAMapAreRead() throws {
        let text = "pos:\t0\nflags:\t02000002\nmap_type:\t2\nkey_size:\t4\nmemlock:\t4096\nfrozen:\t1\n"
        #expect(Circumstances.MapState(fdinfo: text, isWrite: true) == Circumstances.MapState(isFrozen: true))
        let readOnly = text.replacing("02000002", with: "02000000").replacing("frozen:\t1", with: "frozen:\t0")
        #expect(Circumstances.MapState(fdinfo: readOnly, isWrite: true) == Circumstances.MapState(writes: false))
        #expect(Circumstances.MapState(fdinfo: "pos:\t0\nflags:\t02\n", isWrite: true) == nil)
    }

    @Test func theLevelOfPerfEventsIsNamed() throws {
        var state = seen([.bpf])
        state.perfEventParanoid = 2
        let denial = try #require(Denial.judge(EACCES, .openEvent(.tracepoint), state))
        #expect(denial.cause.contains("CAP_PERFMON"))
        #expect(denial.cause.contains("kernel.perf_event_paranoid is 2"))
        // Below 1 everybody opens events on CPUs, but for probes of the kernel's functions.
        state.perfEventParanoid = -1
        #expect(Denial.judge(EACCES, .openEvent(.tracepoint), state) == nil)
        #expect(Denial.judge(EACCES, .openEvent(.probe), state) != nil)
        // Levels that only distributions have.
        state.capabilities = [.bpf, .perfmon]
        state.perfEventParanoid = 4
        #expect(Denial.judge(EACCES, .openEvent(.tracepoint), state)?.remedy.contains("perf_event_paranoid=2") == true)
        state.capabilities = .all
        #expect(Denial.judge(EACCES, .openEvent(.tracepoint), state) == nil)
    }

    @Test func lockdownForbidsSomeThingsAndNotOthers() {
        var state = seen()
        state.lockdown = .integrity
        #expect(Denial.judge(EPERM, .readTraceFiles, state) == nil)
        state.lockdown = .confidentiality
        #expect(Denial.judge(EPERM, .readTraceFiles, state)?.cause.contains("locked down") == true)
        #expect(Denial.judge(EPERM, .openEvent(.probe), state)?.cause.contains("locked down") == true)
        // Programs load.
        #expect(Denial.judge(EPERM, program(5), state) == nil)
        #expect(Lockdown(line: "none [integrity] confidentiality\n") == .integrity)
        #expect(Lockdown(line: "[none] integrity confidentiality\n") == Lockdown.none)
        #expect(Lockdown(line: "]integrity[") == nil)
    }

    @Test func aFilterIsBlamedOnlyWhereItForbids() {
        var state = seen()
        state.seccomp = .passes
        #expect(Denial.judge(EPERM, program(5), state) == nil)
        state.seccomp = .forbids
        #expect(Denial.judge(EPERM, program(5), state)?.remedy.contains("allow bpf") == true)
        #expect(Denial.judge(EPERM, .openEvent(.tracepoint), state)?.remedy.contains("allow perf_event_open") == true)
        // Who lacks capabilities is told that first.
        state.capabilities = []
        #expect(Denial.judge(EPERM, program(5), state)?.cause.contains("lacks") == true)
    }

    @Test func theLimitOfLockedMemoryCountsOnlyInOldKernelsAndWhereItIsNear() throws {
        var state = seen(kernel: "5.10")
        state.lockedMemory = LockedMemory.State(limit: 64 << 10, charged: 60 << 10, wanted: 16 << 10)
        let denial = try #require(Denial.judge(EPERM, .createMap(.hash), state))
        #expect(denial.cause.contains("RLIMIT_MEMLOCK) is reached"))
        #expect(denial.cause.contains("64 KiB; this process has 60 KiB in use, and asked for about 16 KiB"))
        state.lockedMemory = LockedMemory.State(limit: 8 << 20, charged: 0, wanted: 4096)
        #expect(Denial.judge(EPERM, .createMap(.hash), state)?.cause.contains("may be reached") == true)
        state.lockedMemory = LockedMemory.State(limit: 1 << 30, charged: 0, wanted: 4096)
        #expect(Denial.judge(EPERM, .createMap(.hash), state) == nil)
        state.lockedMemory = LockedMemory.State(limit: nil, charged: 0)
        #expect(Denial.judge(EPERM, .createMap(.hash), state) == nil)
        state.lockedMemory = LockedMemory.State(limit: 64 << 10, charged: 64 << 10)
        state.kernel = "5.11"
        #expect(Denial.judge(EPERM, .createMap(.hash), state) == nil)
    }

    @Test(arguments: [(26, 24), (26, 25), (26, 26), (28, 0), (29, 27), (29, 43)] as [(UInt32, UInt32)])
    func aKernelThatDoesNotChangeItsCodeIsNamedWhereOtherProgramsLoad(type: UInt32, attachType: UInt32) {
        var state = seen()
        state.loadsOtherPrograms = true
        let attempt = program(type, attachType: attachType)
        #expect(Denial.judge(EPERM, attempt, state)?.cause.contains("change its own code") == true)
        state.loadsOtherPrograms = false
        #expect(Denial.judge(EPERM, attempt, state) == nil)
    }

    @Test func aProgramWithoutTrampolineIsNotBlamedOnThem() {
        var state = seen()
        state.loadsOtherPrograms = true
        #expect(Denial.judge(EPERM, program(26, attachType: 23), state) == nil)
        #expect(Denial.judge(EPERM, program(5), state) == nil)
    }

    @Test func aSecurityModuleIsNamedOnlyWhenAllElseIsExcluded() throws {
        var state = seen()
        state.selinuxEnforces = true
        let selinux = try #require(Denial.judge(EACCES, program(5), state))
        #expect(selinux.cause.contains("SELinux enforces"))
        #expect(selinux.remedy.contains("ausearch"))
        // SELinux says EACCES, and nothing else.
        #expect(Denial.judge(EPERM, program(5), state) == nil)
        state.selinuxEnforces = false
        state.appArmorProfile = "docker-default"
        #expect(Denial.judge(EPERM, program(5), state)?.cause.contains("docker-default") == true)
        state.appArmorProfile = nil
        state.securityModules = ["capability", "bpf"]
        #expect(Denial.judge(EPERM, program(5), state)?.cause.contains("capability, bpf") == true)
        state.capabilities = [.bpf]
        #expect(Denial.judge(EPERM, program(5), state)?.cause.contains("lacks CAP_PERFMON") == true)
    }
}
