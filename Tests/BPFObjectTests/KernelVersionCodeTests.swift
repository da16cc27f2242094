// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Testing

@Suite struct KernelVersionCodeTests {
    @Test(arguments: [
        ("6.18.44-fc-v657", "#1 SMP PREEMPT_DYNAMIC @0", "", "6.18.44"),
        ("7.3-cloud-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 7.3~rc4-1~exp1 (2026-10-01)", "", "7.3.0"),
        ("7.3-rc4", "#1 SMP", "", "7.3.0"),
        ("6.1.0-21-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.90-1 (2024-05-03)", "", "6.1.90"),
        ("4.19.0-22-amd64", "#1 SMP Debian 4.19.260-1 (2022-09-29)", "", "4.19.255"),
        ("5.4.0-12-generic", "#15-Ubuntu SMP Tue", "Ubuntu 5.4.0-12.15-generic 5.4.8\n", "5.4.8"),
        ("6.9.0", "#1 built by Debian clang", "", "6.9.0"), ("6.9.1", "#1 by Debian", "", "6.9.1"),
        ("6.8.0-31-generic", "#1 SMP", "Ubuntu\n", "6.8.0"), ("5.15.0.1", "", "", "5.15.0"), ("6.6.", "", "", "6.6.0"),
    ])
    func aKernelsTextsSayFromWhatItWasBuilt(_ release: String, _ version: String, _ signature: String, _ expected: String) throws {
        let code = try #require(KernelVersionCode(release: release, version: version, signature: signature))
        #expect(code.description == expected)
    }

    @Test(arguments: ["", "6", "six.one", ".1.2", "-6.1", "70000.1", "6.300", "99999999999999999999.1", "6.99999999999999999999"])
    func textsWithoutAVersionAreNone(_ release: String) {
        #expect(KernelVersionCode(release: release) == nil)
    }

    @Test func aCodeIsTheKernelsOwnNumber() {
        #expect(KernelVersionCode(6, 1, 90)?.rawValue == 0x06015A)
        #expect(KernelVersionCode(4, 19, 260)?.rawValue == 0x0413FF)
        #expect(KernelVersionCode(6, 256) == nil)
        #expect(KernelVersionCode(-1, 0) == nil)
        #expect(KernelVersionCode(6, 1, -1) == nil)
        #expect(KernelVersionCode(rawValue: 0x0509FF) < KernelVersionCode(rawValue: 0x050A00))
    }
}
