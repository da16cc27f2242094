// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import Testing

@Suite struct KernelVersionTests {
    @Test(arguments: [
        ("6.1", 6, 1), ("6.18.44-amd64", 6, 18), ("7.3-cloud-amd64", 7, 3), ("5.10.0-30-amd64", 5, 10), ("6.1.0", 6, 1), ("10.0", 10, 0),
        ("3.19rc1", 3, 19), ("6.12-rc7+", 6, 12), ("6.6.87.2-microsoft-standard-WSL2", 6, 6),
    ])
    func aReleasesNameBeginsWithItsVersion(_ release: String, _ major: Int, _ minor: Int) throws {
        let version = try #require(KernelVersion(release))
        #expect(version.major == major)
        #expect(version.minor == minor)
        #expect(version.description == "\(major).\(minor)")
    }

    @Test(arguments: [
        "", ".", "6", "6.", ".1", "six.one", "-6.1", "6.-1", "v6.1", " 6.1", "99999999999999999999.1", "6.99999999999999999999", "６.１", "6.x",
    ])
    func whatBeginsOtherwiseIsNoVersion(_ release: String) {
        #expect(KernelVersion(release) == nil)
    }

    @Test func aPartOfATextIsReadLikeAText() {
        #expect(KernelVersion("Linux 6.1.9".dropFirst(6)) == KernelVersion(6, 1))
    }

    @Test func versionsCompareByNumbersNotByText() {
        #expect(KernelVersion(5, 9) < KernelVersion(5, 10))
        #expect(KernelVersion(5, 19) < KernelVersion(6, 0))
        #expect(KernelVersion(4, 20) > KernelVersion(4, 2))
        #expect(!(KernelVersion(6, 1) < KernelVersion(6, 1)))
        #expect(KernelVersion(6, 1) == "6.1")
    }

    @Test func aLiteralThatIsNoVersionCountsAsNone() {
        let version: KernelVersion = "none"
        #expect(version == KernelVersion(0, 0))
    }
}
