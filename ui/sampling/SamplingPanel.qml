import QtQuick
import QtQuick.Controls as C
import QtQuick.Layouts
import Cria
import Cria.App as Core

// The right pane: every sampling setting; each acts on the next token.
FocusScope {
    id: panel

    required property Core.SamplingController sampling
    required property bool generating
    property bool moreShown: false

    function focusFirst(): void {
        temperature.focusSlider();
    }

    Accessible.name: qsTr("Sampling")
    Accessible.role: Accessible.Pane

    Rectangle {
        anchors.fill: parent
        color: Theme.side
    }
    RowLayout {
        id: heading

        anchors.left: parent.left
        anchors.leftMargin: 20
        anchors.right: parent.right
        anchors.rightMargin: 12
        anchors.top: parent.top
        anchors.topMargin: 12
        height: 36

        TextLabel {
            Layout.fillWidth: true
            font.pixelSize: Theme.titleSize
            font.weight: Font.DemiBold
            text: qsTr("Sampling")
        }
        ActionButton {
            Accessible.name: qsTr("Reset every setting to the checkpoint's own")
            enabled: panel.sampling.modified
            objectName: "resetSampling"
            quiet: true
            text: qsTr("Reset")

            onClicked: panel.sampling.reset()
        }
    }
    Flickable {
        id: scroll

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: heading.bottom
        anchors.topMargin: 4
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: settings.implicitHeight + 24
        contentWidth: width

        C.ScrollBar.vertical: ThinScrollBar {
        }

        ColumnLayout {
            id: settings

            spacing: 12
            width: scroll.width - 40
            x: 20
            y: 8

            SettingRow {
                id: temperature

                Layout.fillWidth: true
                defaultValue: panel.sampling.temperatureDefault
                explanation: qsTr("Higher is more surprising, lower more certain; 0 always takes the likeliest token.")
                high: 2
                highest: 10
                keyStep: 0.05
                name: qsTr("Temperature")
                objectName: "temperature"
                offIsGrey: false
                offText: qsTr("greedy")
                offValue: 0
                value: panel.sampling.temperature

                onEdited: number => panel.sampling.temperature = number
            }
            SettingRow {
                Layout.fillWidth: true
                decimals: 0
                defaultValue: panel.sampling.topKDefault
                explanation: qsTr("Only the k likeliest tokens may be chosen.")
                high: 1000
                highest: 1000000
                logarithmic: true
                low: 1
                name: qsTr("Top-k")
                objectName: "topK"
                offBeyond: true
                offValue: 0
                value: panel.sampling.topK

                onEdited: number => panel.sampling.topK = number
            }
            SettingRow {
                Layout.fillWidth: true
                defaultValue: panel.sampling.topPDefault
                explanation: qsTr("Only the likeliest tokens that together hold this share of the probability may be chosen.")
                low: 0.01
                name: qsTr("Top-p")
                objectName: "topP"
                offValue: 1
                value: panel.sampling.topP

                onEdited: number => panel.sampling.topP = number
            }
            SettingRow {
                Layout.fillWidth: true
                defaultValue: panel.sampling.minPDefault
                explanation: qsTr("Tokens less likely than this share of the likeliest one are removed.")
                name: qsTr("Min-p")
                objectName: "minP"
                offValue: 0
                value: panel.sampling.minP

                onEdited: number => panel.sampling.minP = number
            }
            SettingRow {
                Layout.fillWidth: true
                defaultValue: panel.sampling.repetitionPenaltyDefault
                explanation: qsTr("Above 1, tokens that were already said become less likely.")
                high: 2
                highest: 10
                low: 1
                lowest: 0.1
                name: qsTr("Repetition penalty")
                objectName: "repetitionPenalty"
                offValue: 1
                value: panel.sampling.repetitionPenalty

                onEdited: number => panel.sampling.repetitionPenalty = number
            }
            SettingRow {
                Layout.fillWidth: true
                decimals: 0
                defaultValue: panel.sampling.maxNewTokensDefault
                explanation: qsTr("The reply ends after this many new tokens.")
                high: Math.max(2, panel.sampling.maxNewTokensLimit)
                logarithmic: true
                low: 1
                name: qsTr("Maximum new tokens")
                objectName: "maxNewTokens"
                value: panel.sampling.maxNewTokens

                onEdited: number => panel.sampling.maxNewTokens = number
            }
            ActionButton {
                Accessible.checkable: true
                Accessible.checked: panel.moreShown
                Layout.leftMargin: -8
                ink: Theme.softInk
                objectName: "moreSettings"
                quiet: true
                text: panel.moreShown ? qsTr("Fewer settings") : qsTr("More settings")

                onClicked: panel.moreShown = !panel.moreShown
            }
            SettingRow {
                Layout.fillWidth: true
                defaultValue: panel.sampling.typicalPDefault
                explanation: qsTr("Only tokens about as surprising as is typical here may be chosen, up to this share of the probability.")
                low: 0.01
                name: qsTr("Typical-p")
                objectName: "typicalP"
                offValue: 1
                value: panel.sampling.typicalP
                visible: panel.moreShown

                onEdited: number => panel.sampling.typicalP = number
            }
            SettingRow {
                Layout.fillWidth: true
                decimals: 0
                defaultValue: panel.sampling.noRepeatNgramDefault
                explanation: qsTr("No run of this many tokens is said twice.")
                high: 10
                highest: 1000
                name: qsTr("No repeated run of")
                objectName: "noRepeatNgram"
                offValue: 0
                value: panel.sampling.noRepeatNgram
                visible: panel.moreShown

                onEdited: number => panel.sampling.noRepeatNgram = number
            }
            Rectangle {
                Layout.fillWidth: true
                color: Theme.hairline
                implicitHeight: 1
            }
            SeedRow {
                Layout.fillWidth: true
                sampling: panel.sampling
            }
            VariantsRow {
                Layout.fillWidth: true
                sampling: panel.sampling
            }
            StopStringsRow {
                Layout.fillWidth: true
                sampling: panel.sampling
            }
            Rectangle {
                Layout.fillWidth: true
                Layout.topMargin: 4
                color: Theme.claySoft
                implicitHeight: note.implicitHeight + 16
                radius: Theme.controlRadius
                visible: panel.generating

                TextLabel {
                    id: note

                    anchors.left: parent.left
                    anchors.leftMargin: 12
                    anchors.right: parent.right
                    anchors.rightMargin: 12
                    anchors.verticalCenter: parent.verticalCenter
                    color: Theme.clayOnSoft
                    elide: Text.ElideNone
                    lineHeight: 1.3
                    text: qsTr("Changes act on the next token of the reply being written.")
                    wrapMode: Text.Wrap
                }
            }
        }
    }
}
