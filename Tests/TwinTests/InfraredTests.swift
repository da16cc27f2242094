// SPDX-License-Identifier: Apache-2.0

import EBPF
import Testing

/// Programs that decode what infrared receivers see.
@Suite struct InfraredTests {
    @Test func aDecoderIsAProgramOfReceivers() throws {
        let object = try Receiver.object()
        #expect(object.programs.map(\.type) == [.lircMode2])
        #expect(object.programs.first?.attachType == .lircMode2)
    }

    @Test(
        .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
        .enabled("not run, because this kernel is built without CONFIG_BPF_LIRC_MODE2") {
            LiveKernel.isAvailable && KernelFeatures.running.support(ofPrograms: .lircMode2).isYes
        })
    func theVerifierTakesADecoder() throws { _ = try Receiver.object().load() }
}
