// SPDX-License-Identifier: Apache-2.0

import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// Which CPUs the machine has, also where sysfs, which lists them, is not mounted.
struct CPUTests {
    @Test func listsOfNumbersAreRead() {
        #expect(CPUs.parse("0\n") == [0])
        #expect(CPUs.parse("0-3,6,8-9\n") == [0, 1, 2, 3, 6, 8, 9])
        for text in ["", "\n", "-", "a", "0,a", "0-a", "3-1", "0-70000", "1-2-3"] { #expect(CPUs.parse(text) == nil, "\(text)") }
    }

    @Test func whoCannotLookIsToldWhereTheCPUsAreListed() throws {
        #expect(CPUs.numbers("possible", in: "/no/such/place", mount: { nil }) == nil)
        let error = try #require(throws: EBPFError.self) { try CPUs.found(nil, "possible") { "use map 'counts'" } }
        #expect(error.operation == "use map 'counts'")
        #expect(error.cause == "sysfs cannot be read, where the kernel lists the CPUs (/sys/devices/system/cpu/possible)")
        #expect(error.remedy == "mount it as root: mount -t sysfs sysfs /sys")
    }

    @Test(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason), arguments: ["possible", "online"])
    func theCPUsAreFoundWhereSysfsIsNotMounted(name: String) throws {
        let mounted = try #require(CPUs.numbers(name))
        #expect(CPUs.numbers(name, in: "/no/such/place") == mounted)
    }

    @Test(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason)) func eachCPUHasAValueAndARingWhereSysfsIsNotMounted() async {
        await #expect(processExitsWith: .success) {
            // Not what is remembered: that is asked for below, where /sys is gone.
            let (possible, online) = (try #require(CPUs.numbers("possible")), try CPUs.online())
            try HookTests.check(take_own_mounts(), "unshare")
            try HookTests.check(umount2("/sys", Int32(MNT_DETACH)), "umount /sys")
            #expect(SmallFile.read("/sys/devices/system/cpu/possible") == nil, "it is not mounted any more")
            let map = try Map.create(MapDefinition(name: "values", type: .perCPUHash, keySize: 4, valueSize: 8, maxEntries: 4), btf: nil)
            let values = possible.indices.map { UInt64($0) + 1 }
            try map.update(UInt32(1), toValues: values)
            #expect(try map.values(for: UInt32(1), as: UInt64.self) == values, "each CPU has its value")
            let array = try Map.create(MapDefinition(name: "rings", type: .perfEventArray, keySize: 4, valueSize: 4, maxEntries: 0), btf: nil)
            #expect(try PerfBuffer(array, byteCount: 4096).cpus == online, "each CPU that runs has a ring")
        }
    }
}
