import QtQuick
import QtQuick.Controls as C
import QtQuick.Templates as T
import Cria

// A text area that grows with its text up to a height and scrolls from there. Enter submits, Shift+Enter breaks the line.
Flickable {
    id: frame

    required property string name
    property alias text: area.text
    property alias length: area.length
    property alias cursorPosition: area.cursorPosition
    property alias placeholderText: area.placeholderText
    readonly property bool focused: area.activeFocus
    property real mostHeight: 180
    property bool submitsOnEnter: true

    signal cancelled
    signal submitted

    function focusText(reason: int): void {
        area.forceActiveFocus(reason);
    }

    boundsBehavior: Flickable.StopAtBounds
    clip: true
    contentHeight: area.implicitHeight
    contentWidth: width
    implicitHeight: Math.min(mostHeight, area.implicitHeight)
    interactive: contentHeight > height

    C.ScrollBar.vertical: ThinScrollBar {
    }
    T.TextArea.flickable: T.TextArea {
        id: area

        Accessible.multiLine: true
        Accessible.name: frame.name
        Accessible.role: Accessible.EditableText
        color: Theme.ink
        focus: true
        font.family: Theme.sans
        font.pixelSize: Theme.textSize
        implicitHeight: Math.max(28, contentHeight + topPadding + bottomPadding)
        leftPadding: 6
        rightPadding: 12
        selectByMouse: true
        selectedTextColor: Theme.ink
        selectionColor: Theme.claySoft
        textFormat: TextEdit.PlainText
        topPadding: 4
        wrapMode: TextEdit.Wrap

        Keys.onPressed: event => {
            const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter;
            if (enter && frame.submitsOnEnter && !(event.modifiers & Qt.ShiftModifier)) {
                event.accepted = true;
                frame.submitted();
            } else if (event.key === Qt.Key_Escape) {
                event.accepted = true;
                frame.cancelled();
            } else if (event.key === Qt.Key_Tab && !(event.modifiers & Qt.ControlModifier)) {
                event.accepted = true;
                const next = area.nextItemInFocusChain(true);
                if (next !== null)
                    next.forceActiveFocus(Qt.TabFocusReason);
            } else if (event.key === Qt.Key_Backtab) {
                event.accepted = true;
                const previous = area.nextItemInFocusChain(false);
                if (previous !== null)
                    previous.forceActiveFocus(Qt.BacktabFocusReason);
            }
        }

        Text {
            Accessible.ignored: true
            color: Theme.softInk
            elide: Text.ElideRight
            font: area.font
            leftPadding: area.leftPadding
            text: area.placeholderText
            textFormat: Text.PlainText
            topPadding: area.topPadding
            visible: area.length === 0 && area.preeditText === ""
            width: area.width - area.rightPadding
        }
    }
}
