import QtQuick
import Cria

// A number typed in. One value may be spelled as a word ("off", "greedy"); what cannot be read is put back.
InputField {
    id: field

    required property string name
    required property real value
    property real from: 0
    property real to: 1
    property int decimals: 2
    property real step: Math.pow(10, -decimals)
    property real offValue: NaN
    property string offText: qsTr("off")
    readonly property bool off: value === offValue
    property bool touched: false

    signal edited(real value)

    function spelled(number: real): string {
        return number === offValue ? offText : number.toFixed(decimals);
    }
    function restore(): void {
        text = spelled(value);
        touched = false;
    }
    function commit(): void {
        // What is shown is rounded: a value that nobody typed stays as it is.
        if (!touched)
            return;
        const typed = text.trim().replace(",", ".");
        let number = Number(typed);
        if ((typed === "" || typed === offText) && !isNaN(offValue))
            number = offValue;
        if (typed === "" && isNaN(offValue) || isNaN(number)) {
            restore();
            return;
        }
        propose(number);
    }
    function propose(number: real): void {
        const scale = Math.pow(10, decimals);
        const bounded = number === offValue ? number : Math.round(Math.min(to, Math.max(from, number)) * scale) / scale;
        if (bounded !== value)
            field.edited(bounded);
        restore();
    }

    Accessible.name: name
    Accessible.role: Accessible.SpinBox
    bottomPadding: 0
    color: off ? Theme.softInk : Theme.ink
    horizontalAlignment: TextInput.AlignRight
    implicitHeight: 24
    implicitWidth: 64
    inputMethodHints: Qt.ImhFormattedNumbersOnly
    leftPadding: 8
    rightPadding: 8
    text: ""
    topPadding: 0

    Component.onCompleted: restore()
    Keys.onDownPressed: propose(value - step)
    Keys.onEscapePressed: event => {
        event.accepted = text !== spelled(value);
        restore();
    }
    Keys.onUpPressed: propose(value + step)
    onActiveFocusChanged: activeFocus ? selectAll() : commit()
    onAccepted: {
        commit();
        selectAll();
    }
    onOffTextChanged: restore()
    onTextEdited: touched = true
    onValueChanged: restore()
}
