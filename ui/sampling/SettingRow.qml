import QtQuick
import QtQuick.Controls as C
import Cria

// A setting: its name, a number field, a slider and a tick at the checkpoint's own default. Off is grey and says so.
FocusScope {
    id: row

    required property string name
    required property string explanation
    required property real value
    required property real defaultValue
    property real low: 0
    property real high: 1
    // How far a typed number may go where that is further than the slider.
    property real lowest: low
    property real highest: high
    property int decimals: 2
    property real keyStep: Math.pow(10, -decimals)
    property bool logarithmic: false
    property real offValue: NaN
    property string offText: qsTr("off")
    property bool offBeyond: false
    // Greedy (temperature 0) is a choice, not an absence: spelled, but not grey.
    property bool offIsGrey: true
    readonly property bool off: offIsGrey && value === offValue

    signal edited(real value)

    function focusSlider(): void {
        slider.forceActiveFocus(Qt.TabFocusReason);
    }

    Accessible.description: explanation
    Accessible.name: name
    Accessible.role: Accessible.Grouping
    implicitHeight: 54

    HoverHandler {
        id: hover
    }
    C.ToolTip {
        delay: 600
        text: row.explanation
        visible: hover.hovered && label.containsPointer
        width: Math.min(implicitWidth, row.width)
    }
    TextLabel {
        id: label

        readonly property bool containsPointer: hover.point.position.y < height + y

        anchors.left: parent.left
        anchors.right: field.left
        anchors.rightMargin: 8
        anchors.verticalCenter: field.verticalCenter
        color: row.off ? Theme.softInk : Theme.ink
        text: row.name

        TapHandler {
            onDoubleTapped: row.edited(row.defaultValue)
        }
    }
    NumberField {
        id: field

        anchors.right: parent.right
        anchors.top: parent.top
        decimals: row.decimals
        from: row.lowest
        name: row.name
        offText: row.offText
        offValue: row.offValue
        step: row.keyStep
        to: row.highest
        value: row.value

        onEdited: number => row.edited(number)
    }
    ValueSlider {
        id: slider

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: field.bottom
        anchors.topMargin: 2
        current: row.value
        decimals: row.decimals
        defaultValue: row.defaultValue
        high: row.high
        keyStep: row.keyStep
        logarithmic: row.logarithmic
        low: row.low
        name: row.name
        offBeyond: row.offBeyond
        offValue: row.offIsGrey ? row.offValue : NaN

        onChosen: number => row.edited(number)
        onResetAsked: row.edited(row.defaultValue)
    }
}
