// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `ebpf features`, as users and scripts see it.
@Suite(.enabled(if: EBPFProcess.isPossible, EBPFProcess.reason))
struct FeaturesCommandTests {
    @Test func jsonIsOneObjectWithTheKeysThatTheHelpDocuments() throws {
        let report = try FeaturesReport.ofThisKernel.get()
        #expect(report.programs.contains { $0.type == "tracing" && $0.attach_type == "trace_fentry" })
        #expect(report.supports("socket_filter"))
        #expect(report.maps.contains { $0.type == "hash" && $0.support == "yes" })
        #expect(report.isa >= 2)
        #expect(report.helpers(of: "xdp").contains("xdp_adjust_head"))
        let answers =
            report.programs.map { ($0.support, $0.reason) } + report.maps.map { ($0.support, $0.reason) }
            + (report.instructions + report.btf + report.links + report.facilities).map { ($0.support, $0.reason) }
        for (support, reason) in answers {
            #expect(["yes", "no", "unknown"].contains(support))
            #expect((support == "yes") == (reason == nil))
        }
        let help = String(decoding: try EBPFProcess.run(shell: "% features --help").output, as: UTF8.self)
        let keys = try #require(JSONSerialization.jsonObject(with: EBPFProcess.run(shell: "% features --json").output) as? [String: Any]).keys
        for key in keys { #expect(help.contains("\(key) "), "the help does not know the key \(key)") }
    }

    @Test func textNamesEachThingThatIsNotSupportedWithItsReason() throws {
        let report = try FeaturesReport.ofThisKernel.get()
        let text = String(decoding: try EBPFProcess.run(shell: "% features").output, as: UTF8.self)
        for answer in report.links + report.facilities + report.instructions where answer.support != "yes" {
            #expect(text.contains("\(answer.name): \(answer.reason ?? "?")"))
        }
        for map in report.maps where map.support != "yes" { #expect(text.contains("\(map.type): \(map.reason ?? "?")")) }
        for subject in ["System", "Programs", "Maps", "Links", "Instructions", "Helpers"] { #expect(text.contains("\n\(subject)")) }
    }

    @Test func withoutPrivilegesNothingIsSaidNotToBeThereThatWasNotTried() throws {
        let report = try FeaturesReport(of: "setpriv --reuid=65534 --clear-groups --bounding-set=-all --inh-caps=-all sh -c '% features --json'")
        #expect(report.system.missing_capabilities.contains("CAP_BPF"))
        for program in report.programs where program.support == "no" { Issue.record("\(program)") }
        for map in report.maps where map.support == "no" { Issue.record("\(map)") }
        #expect(report.programs.contains { $0.type == "xdp" && $0.reason?.contains("CAP_BPF") == true })
    }

    @Test func aReaderThatGoesAwayIsNoFailure() throws {
        #expect(try EBPFProcess.run(shell: "% features | head -1; true").errors.isEmpty)
    }
}
