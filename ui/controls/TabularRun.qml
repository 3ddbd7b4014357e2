import QtQuick

// A digit in its cell, or the text between two digits.
Text {
    required property string modelData
    readonly property TabularRow row: parent as TabularRow
    readonly property bool digit: modelData >= "0" && modelData <= "9"

    Accessible.ignored: true
    color: row?.color ?? "transparent"
    font: row?.font ?? Qt.font({})
    horizontalAlignment: Text.AlignHCenter
    text: modelData
    textFormat: Text.PlainText
    width: digit ? row?.digitWidth ?? 0 : implicitWidth
}
