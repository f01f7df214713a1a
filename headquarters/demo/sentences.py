"""What citizens of the demo province write. Invented; nobody said any of it."""

from __future__ import annotations

UNHAPPY = (
    "Tôi chờ gần hai tiếng mới tới lượt.",
    "Giấy hẹn ghi thứ Tư mà thứ Sáu vẫn chưa có kết quả.",
    "Phải đi lại ba lần vì mỗi lần được báo thiếu một giấy khác nhau.",
    "Cán bộ nói nhanh quá, người lớn tuổi như tôi nghe không kịp.",
    "Máy lấy số hỏng mà không có ai hướng dẫn.",
    "Đề nghị mở thêm quầy vào sáng thứ Hai, đông quá.",
    "Hồ sơ đất đai quá hạn mà không thấy gọi điện xin lỗi.",
    "Không có chỗ ngồi chờ cho người khuyết tật.",
    "Tôi hỏi thì được trả lời là lên mạng mà xem.",
    "Bảng phí dán chữ nhỏ quá, đọc không ra.",
    "Nộp trực tuyến rồi vẫn phải mang bản giấy tới.",
    "Nhân viên bận nói chuyện điện thoại riêng khi có người chờ.",
    "Mời cán bộ xuống thôn hướng dẫn bà con cài ứng dụng, chúng tôi không biết làm.",
    "Chưa tới giờ nghỉ trưa mà đã ngừng phát số.",
    "Sai tên đệm trong giấy khai sinh, phải làm lại từ đầu.",
    "Trời nóng mà quạt ở khu chờ không chạy.",
    "Thủ tục đăng ký kinh doanh hướng dẫn mỗi người nói một kiểu.",
    "Sau khi nhập xã, đường đi xa hơn mà không có biển chỉ dẫn.",
)
HAPPY = (
    "Cô ở quầy tiếp đón rất nhẹ nhàng, tôi cảm ơn.",
    "Làm giấy khai sinh cho cháu xong ngay trong buổi sáng.",
    "Anh hướng dẫn điền tờ khai từng mục một, rất dễ hiểu.",
    "Trả kết quả sớm hơn hẹn một ngày.",
    "Sạch sẽ, có nước uống, có chỗ cho trẻ con.",
    "Cán bộ xin lỗi vì để bà con chờ, nghe mát lòng.",
    "Quầy cho người cao tuổi rất tiện.",
    "Từ ngày có máy lấy số, không còn chen lấn.",
    "Tôi quên giấy tờ, được nhắn tin nhắc trước, đỡ một lần đi.",
    "Đề nghị biểu dương chị ở quầy chứng thực.",
    "Nhập xã rồi mà làm việc vẫn nhanh.",
    "Được giúp nộp hồ sơ qua mạng tại chỗ, tôi rất hài lòng.",
)
